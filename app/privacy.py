"""What every column holds about people: the one place to look before a page, an export or a log shows it.

public    anybody may see it: it is on the published roster, or belongs to an office and not to a person
internal  the staff of the office see it: how the work is organised, names and addresses of colleagues
personal  contact data and private circumstances: encrypted in the database, shown where the task needs it, purged
secret    proves who somebody is: never shown again, only a hash or an encrypted value is kept

A test fails on a column that is missing here, and on a personal or secret one that is stored readable.
"""

from typing import Literal

Kind = Literal["public", "internal", "personal", "secret"]

COLUMNS: dict[str, dict[Kind, str]] = {
    "api_tokens": {
        "internal": "id office_id name scopes created_at created_by expires_on revoked_at last_used_at last_client",
        "secret": "token_hash",
    },
    "acknowledgements": {"internal": "id office_id seat_key leader_id on_date starts at how"},
    "audit_entries": {
        "internal": "id at user_id actor office_id action subject before after address request_id previous_hash hash",
    },
    "booking_tries": {
        "internal": "id at",
        "secret": "key",
    },
    "backups": {"internal": "id office_id leader_id post backup_id rank"},
    "calendar_periods": {
        "public": "id office_id kind name first_day last_day by_appointment_only document_number withdrawn_at",
        "internal": "reason made_at made_by",
    },
    "channel_setups": {
        "internal": "id office_id channel active options on_unknown changed_at",
        "secret": "secrets",
    },
    "contacts": {"internal": "id department_id name last_day", "personal": "phone email"},
    "day_overrides": {
        "public": "id office_id on_date off name local_holiday document_number withdrawn_at",
        "internal": "reason made_at made_by",
    },
    "deferred_tasks": {"internal": "id name arguments once state tries not_before last_error"},
    "departments": {"public": "id office_id name sectors closed_on"},
    "draft_duties": {
        "internal": "id draft_id seat_key session_key rule_id on_date session starts ends seat need optional room_id "
        "place leader_id locked status note",
    },
    "draft_edits": {"internal": "id draft_id position changes undone made_by made_at"},
    "drafts": {
        "internal": "id office_id first_day last_day state version based_on provisional created_at created_by "
        "problem report progress heartbeat_at cancel_requested freeze_days run_key keep_invited builder reserved",
    },
    "duties": {
        "public": "id office_id since_revision until_revision session_key seat_key sequence on_date session starts "
        "ends seat status leader_id leader_name role post sectors townships room place phone note changed_at",
    },
    "feed_links": {
        "internal": "id kind office_id leader_id department_id name language alarm busy past created_at created_by "
        "revoked_at last_fetched_at last_client tag modified basis stamp",
        "secret": "token_hash",
    },
    "feed_event_states": {"internal": "scope key data sequence created_at changed_at gone"},
    "feed_settings": {
        "public": "office_id embed_sites version",
        "internal": "visit_details own_leave public_excel",
    },
    "feed_stamps": {"public": "office_id value"},
    "invitation_wishes": {"internal": "leader_id since"},
    "notice_policies": {"internal": "id office_id spec made_at made_by"},
    "notice_templates": {
        "public": "id office_id kind withdrawn_at",
        "internal": "file_name content uploaded_at uploaded_by",
    },
    "notice_texts": {"internal": "id office_id kind language subject body short made_at made_by"},
    "public_files": {"public": "path office_id digest size content_type modified basis stamp"},
    "holiday_notices": {
        "public": "id office_id year title document_number source days content_hash imported_at",
        "internal": "imported_by",
    },
    "import_uploads": {
        "internal": "id office_id user_id file_name expires_at",
        "personal": "book",
        "secret": "key",
    },
    "followup_settings": {
        "internal": "office_id limits roll_forward sign_offs few_items letter_text version"
    },
    "letters": {
        "internal": "id office_id kind year number matter_id department_id issued_on issued_by",
        "personal": "text",
    },
    "matter_entries": {"internal": "id matter_id department_id at by what", "personal": "text"},
    "matter_files": {
        "internal": "id matter_id department_id media_type size added_at removed_at",
        "personal": "name",
        "secret": "stored_as",
    },
    "matter_pauses": {"internal": "id matter_id first_day last_day", "personal": "reason"},
    "matter_sign_offs": {"internal": "id matter_id position user_id signed_at"},
    "matter_units": {
        "internal": "id matter_id department_id main state told_on not_ours_due_on accepted_on due_on replied_on",
        "personal": "reason reply",
    },
    "matters": {
        "internal": "id office_id year number visit_id received_on subject sector township disposition urgency "
        "duty_leader_id case_leader_id state version register_due_on registered_on acceptance_due_on accepted_on "
        "leader_due_on regulation_due_on due_on replied_on closed_on extended_days extended_on rating rated_on rated_by "
        "called_back_on created_at created_by purged_at",
        "personal": "account instruction result extension_reason",
        "secret": "rating_code_hash",
    },
    "public_results": {
        "public": "id matter_id office_id text subject department published_on withdrawn_at",
        "internal": "checked_by",
    },
    "kept_messages": {"internal": "notice_id at", "personal": "content"},
    "leader_facets": {"public": "id leader_id kind value office_id position first_day last_day"},
    "leader_terms": {"internal": "leader_id share_percent forbidden_weekdays month_min month_max"},
    "leaders": {
        "public": "id office_id name sort_key role position first_day last_day",
        "internal": "note",
        "personal": "phone",
    },
    "leaves": {"internal": "id leader_id first_day last_day withdrawn_at", "personal": "reason"},
    "notice_attempts": {
        "internal": "id notice_id number channel claim started_at finished_at outcome answer",
    },
    "notices": {
        "internal": "id office_id kind subject recipient_kind recipient_id lead revision facts created_at due_at "
        "state reason channel tries next_try_at claimed_by lease_until last_error message_id receipt sent_at "
        "requeued_at folded_into",
    },
    "office_delivery": {
        "internal": "office_id channels language quiet_from quiet_until personal_in_third_party",
    },
    "ledger_entries": {
        "internal": "id office_id leader_id other_id request_id seat_key on_date amount reason made_at reversed_at",
    },
    "offices": {"public": "id code parent_id kind name name_en timezone phone address scope closed_on"},
    "one_tap_links": {
        "internal": "id purpose subject holder_kind holder_id office_id issued_at expires_at revoked_at tries "
        "confirmed_at last_used_at",
        "secret": "token_hash",
    },
    "pins": {"internal": "id office_id seat_key leader_id note"},
    "readiness_items": {
        "internal": "id visit_id kind department_id asked_at told_at due_at answer answered_at nudged_at "
        "nudges staff_told_at",
        "personal": "person note",
    },
    "reception_records": {
        "internal": "id office_id session_key on_date leader_id visit_id state version saved_at saved_by",
        "personal": "said",
    },
    "recipient_settings": {
        "internal": "id recipient_kind recipient_id office_id channels language quiet_from quiet_until",
        "personal": "mail mobile",
    },
    "recusals": {
        "internal": "id visit_id leader_id made_at made_by",
        "personal": "reason",
    },
    "reminder_marks": {"internal": "office_id done_until"},
    "return_duties": {
        "internal": "id office_id request_id seat_key leader_id substitute_id state served_by_id made_at closed_at",
    },
    "revisions": {
        "public": "id office_id number kind first_day last_day content_hash provisional published_at published_by "
        "reason draft_id",
    },
    "role_grants": {"internal": "id user_id office_id role department_id"},
    "rooms": {"public": "id office_id name place closed_on"},
    "roster_rules": {"internal": "id office_id kind name spec first_day last_day position version"},
    "scheduler_heartbeats": {"internal": "job process at last_error"},
    "screen_code_tries": {"internal": "id user_id at"},
    "screen_codes": {
        "internal": "id address created_at expires_at approved_at",
        "secret": "code_hash token_hash",
    },
    "screen_groups": {
        "internal": "id office_id name same_for_all closed_at layout language voice more_offices room",
    },
    "screen_notices": {
        "public": "id office_id group_id kind text_zh text_en minutes first_day last_day",
        "internal": "made_at made_by withdrawn_at replaces_id",
    },
    "screens": {
        "internal": "id office_id group_id name always_on approved_at approved_by revoked_at reloads last_contact_at "
        "shown player drift_seconds storage_bytes storage_full presence presence_quarter condition condition_since "
        "layout language voice more_offices room",
        "secret": "token_hash",
    },
    "sign_in_failures": {"internal": "id at", "secret": "key"},
    "substitution_asks": {
        "internal": "id request_id leader_id duty_ids position state asked_at nudged_at answered_at",
    },
    "substitution_duties": {
        "internal": "id request_id office_id part state seat_key session_key on_date session starts ends leader_id "
        "substitute_id revision_id undone_revision_id",
    },
    "substitution_policies": {
        "internal": "office_id convener_id tell whom ask approval deadline_days at_deadline ahead_days return_duty "
        "refuse_together",
    },
    "substitution_requests": {
        "internal": "id office_id kind state leader_id reason asked_by made_by made_at deadline_at escalated_at "
        "closed_at outcome",
        "personal": "note",
    },
    "substitution_steps": {"internal": "id request_id at what by leader_id how"},
    "users": {
        "internal": "id username email name active locale office_id leader_id must_change_password created_at "
        "last_sign_in_at code_counter",
        "secret": "password fs_uniquifier code_secret",
    },
    "visit_attachments": {
        "internal": "id visit_id media_type size added_at added_by removed_at",
        "personal": "name",
        "secret": "key",
    },
    "visit_people": {
        "internal": "id visit_id part",
        "personal": "name phone document_number note",
    },
    "visit_policies": {
        "internal": "office_id spec version",
    },
    "visit_seats": {
        "internal": "id office_id session_key number visit_id hold_until",
    },
    "visit_steps": {
        "internal": "id visit_id at what by session_key",
        "personal": "note",
    },
    "visits": {
        "internal": "id office_id channel kind state mode session_key on_date leader_id ticket elsewhere_id "
        "township sector project document_kind locale headcount reason route same_as_id received_at "
        "consent_at confirmed_at checked_in_at met_at ended_at purged_at version reference",
        "personal": "summary name document_number phone answer",
        "secret": "code_hash name_index document_index phone_index",
    },
    "wishes": {"internal": "id leader_id kind on_date weekday weight"},
}

# Readable in the database although personal or secret, each with the reason.
READABLE = {
    "booking_tries.key": "a keyed hash of an address, gone after a day",
    "api_tokens.token_hash": "a SHA-256 of 256 random bits",
    "feed_links.token_hash": "a SHA-256 of 256 random bits",
    "import_uploads.key": "random, worth nothing without the account that uploaded, and gone within the hour",
    "one_tap_links.token_hash": "a SHA-256 of 256 random bits",
    "screen_codes.code_hash": "a SHA-256 of a random code that is good for 15 minutes",
    "screen_codes.token_hash": "a SHA-256 of 256 random bits",
    "screens.token_hash": "a SHA-256 of 256 random bits",
    "sign_in_failures.key": "a SHA-256, gone after 15 minutes",
    "users.fs_uniquifier": "random, in signed cookies only; renewed when sessions must end",
    "users.password": "an Argon2 hash with a key from outside the database",
    "matter_files.stored_as": "random: the name of an encrypted file that no address leads to",
    "matters.rating_code_hash": "a hash of a random code",
    "visit_attachments.key": "random: the name of an encrypted file that no address leads to",
    "visits.code_hash": "a keyed hash (HMAC-SHA-256)",
    "visits.document_index": "a keyed hash (HMAC-SHA-256), gone with the number",
    "visits.name_index": "a keyed hash (HMAC-SHA-256), gone with the name",
    "visits.phone_index": "a keyed hash (HMAC-SHA-256), gone with the number",
}
# Names and e-mail addresses of staff are internal: they work in a public office, and sign-in looks them up.
# Leaders are public office holders: name, post and portfolio are published with every roster.


def kind_of(table: str, column: str) -> Kind | None:
    """What the column holds; None for one that nobody has classified."""
    for kind, names in COLUMNS.get(table, {}).items():
        if column in names.split():
            return kind
    return None
