"""unit accounts: the contact of a responsible unit signs in, for exactly one department"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

STAFF = "'administrator', 'scheduler', 'reception', 'auditor', 'leader'"


def upgrade() -> None:
    """Make the change."""
    op.create_index("uq_departments_id_office_id", "departments", ["id", "office_id"], unique=True)
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("department_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f("ck_role_grants_role"), type_="check")
        batch_op.create_check_constraint(op.f("ck_role_grants_role"), f"role IN ({STAFF}, 'unit')")
        batch_op.create_check_constraint(
            op.f("ck_role_grants_department"), "(role = 'unit') = (department_id IS NOT NULL)"
        )
        batch_op.create_foreign_key(
            op.f("fk_role_grants_department_id_office_id"),
            "departments",
            ["department_id", "office_id"],
            ["id", "office_id"],
        )
    op.create_index("ix_role_grants_department_id", "role_grants", ["department_id"])
    op.create_index(
        "uq_role_grants_unit",
        "role_grants",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("role = 'unit'"),
        postgresql_where=sa.text("role = 'unit'"),
    )


def downgrade() -> None:
    """Undo it: the accounts stay, without the role that is not known any more."""
    op.execute("DELETE FROM role_grants WHERE role = 'unit'")
    op.drop_index("uq_role_grants_unit", table_name="role_grants")
    op.drop_index("ix_role_grants_department_id", table_name="role_grants")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_role_grants_department_id_office_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_role_grants_department"), type_="check")
        batch_op.drop_constraint(op.f("ck_role_grants_role"), type_="check")
        batch_op.create_check_constraint(op.f("ck_role_grants_role"), f"role IN ({STAFF})")
        batch_op.drop_column("department_id")
    op.drop_index("uq_departments_id_office_id", table_name="departments")
