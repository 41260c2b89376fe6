"""What views of PostgreSQL read, by what its catalogue says they depend on: no text is read, and
everybody may ask.

A view reads with its owner's rights, unless it is a `security_invoker`
(https://www.postgresql.org/docs/current/sql-createview.html). So what is below one of its owner's
shows us what it shows the view only where we may read it, and no row security is in effect for us.
Of a table where that is not so, its size tells whether it has ever been filled since it was made
or truncated (`pg_relation_size`, which needs no right); a table of which rows were deleted keeps
its size for a while.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from context_sidecar_adapters.sql.tables import TableName

_BELOW = text("""
WITH RECURSIVE named AS (
    SELECT DISTINCT to_regclass(name)::oid AS id
    FROM json_array_elements_text(CAST(:names AS json)) AS name
), read(id, is_ours) AS (
    SELECT id, true FROM named
    UNION
    SELECT d.refobjid, read.is_ours AND EXISTS (
        SELECT 1 FROM pg_options_to_table(v.reloptions)
        WHERE option_name = 'security_invoker' AND option_value::boolean)
    FROM read
    JOIN pg_class v ON v.oid = read.id AND v.relkind = 'v'
    JOIN pg_rewrite r ON r.ev_class = v.oid AND r.ev_type = '1'
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
), known AS (
    SELECT c.oid, n.nspname, c.relname, bool_or(is_ours) OR (
            has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
            AND NOT row_security_active(c.oid)) AS is_shown,
        c.relkind IN ('r', 'm') AND NOT c.relhassubclass AND a.amname = 'heap' AS has_size
    FROM read
    JOIN pg_class c ON c.oid = read.id AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_am a ON a.oid = c.relam
    WHERE c.oid NOT IN (SELECT id FROM named WHERE id IS NOT NULL)
    GROUP BY c.oid, n.oid, n.nspname, c.relname, c.relkind, c.relhassubclass, a.amname
), judged AS (
    SELECT nspname, relname,
        CASE WHEN NOT is_shown AND has_size THEN pg_relation_size(oid) = 0 END AS is_empty, is_shown
    FROM known
)
SELECT quote_ident(nspname) || '.' || quote_ident(relname), relname, nspname,
    coalesce(is_empty, false)
FROM judged WHERE is_shown OR is_empty ORDER BY 1 LIMIT :most
""")


def below(connection: Connection, read: Sequence[TableName], most: int) -> Mapping[TableName, bool]:
    """See `Dialect.below`. A materialized view is a table."""
    asked = {"names": json.dumps([one.sql for one in read]), "most": most}
    return {
        TableName(sql, name, schema): is_empty
        for sql, name, schema, is_empty in connection.execute(_BELOW, asked)
    }
