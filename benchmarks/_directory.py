"""Writes the demo county without rosters into the database of the environment: `python -m benchmarks._directory`."""

from flask_migrate import upgrade

from app.core.database import transaction
from app.demo.accounts import write_accounts
from app.demo.county import write_county
from app.demo.rota import write_rules
from app.factory import create_app


def main() -> None:
    """Migrate and write."""
    with create_app().app_context():
        upgrade()
        with transaction():
            offices = write_county()
            write_rules(offices)
            write_accounts({office.code: office for office in offices})


if __name__ == "__main__":
    main()
