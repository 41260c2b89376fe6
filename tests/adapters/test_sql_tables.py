"""Which tables a query of `sql` reads, told by its text."""

from __future__ import annotations

import pytest
from context_sidecar_adapters.sql.tables import tables

READ = {
    "cast keys, a comma, a lateral": (
        "postgresql",
        (
            'SELECT a.id::text FROM s.a, "B c" b LEFT JOIN LATERAL '
            "(SELECT 1 FROM e WHERE e.x = a.x) z ON true "
            "WHERE a.id::text IN :keys AND extract(year FROM a.d) > 1"
        ),
        ["e", "s.a", '"B c"'],
    ),
    "parts of its own": (
        "postgresql",
        (
            "WITH t AS (SELECT * FROM t), v AS MATERIALIZED (SELECT * FROM t) "
            "SELECT * FROM v WHERE id IN :keys"
        ),
        ["t"],
    ),
    "one that reads itself": (
        "postgresql",
        (
            "WITH RECURSIVE r AS (SELECT id, parent FROM orgs UNION ALL SELECT o.id, o.parent FROM "
            "orgs o JOIN r ON r.id = o.parent) SELECT * FROM r WHERE id IN :keys"
        ),
        ["orgs"],
    ),
    "functions": (
        "postgresql",
        "SELECT * FROM found(1) f JOIN generate_series(1, 3) g ON g = f.n WHERE id IN :keys",
        [],
    ),
    "a colon that is no key": (
        "postgresql",
        "SELECT id FROM t WHERE id IN :keys AND at > '12\\:30' -- FROM nothing",
        ["t"],
    ),
    "a name of three parts": (
        "snowflake",
        "SELECT * FROM db.sc.t, LATERAL FLATTEN(input => t.x) f WHERE id IN :keys",
        ["db.sc.t"],
    ),
    "a project": (
        "bigquery",
        "SELECT * FROM `p-x.ds.t`, UNNEST(a) WHERE id IN :keys",
        ["`p-x`.`ds`.`t`"],
    ),
    "a file": (
        "duckdb",
        "FROM 'x.parquet' JOIN read_csv('y.csv') y USING (id) WHERE id IN :keys",
        ['"x.parquet"'],
    ),
    "brackets, and rows of a text": (
        "sqlite",
        (
            "SELECT (SELECT count(*) FROM k WHERE k.a = t.id) FROM [t x] t, json_each(t.j) e "
            "WHERE t.id IN :keys"
        ),
        ["k", '"t x"'],
    ),
    "both sides of a union": (
        "mysql",
        "SELECT id FROM `a b` UNION ALL SELECT id FROM c WHERE id IN :keys",
        ["`a b`", "c"],
    ),
    "a database that nobody knows": ("other", "SELECT * FROM a.b WHERE id IN :keys", ["a.b"]),
    "what is no query": ("postgresql", "SELECT ((( FROM x WHERE id IN :keys", []),
}


@pytest.mark.parametrize("case", READ)
def test_the_tables_of_a_query_are_told_by_its_text(case):
    backend, query, expected = READ[case]

    assert [one.sql for one in tables(query, backend)] == expected
