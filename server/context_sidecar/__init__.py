"""Context Sidecar: the right facts where the work happens, each with how far to trust it.

The names exported here are what adapters and hosts build on; anything deeper may change any day.
"""

from context_sidecar.core.adapter import AccountRow, Adapter
from context_sidecar.core.belongings import added_up, belonging, listing
from context_sidecar.core.causes import Cause
from context_sidecar.core.cells import cell
from context_sidecar.core.collation import collated
from context_sidecar.core.configuration import Configuration, Install
from context_sidecar.core.dial import Dial
from context_sidecar.core.errors import SourceError, Unasked, VisitRefused, VisitUnclear
from context_sidecar.core.family import Family
from context_sidecar.core.field import FieldType
from context_sidecar.core.hints import did_you_mean
from context_sidecar.core.host import Host, Inbound, Memory, PackageFile
from context_sidecar.core.http import Connection, Http, Response, json_or_none
from context_sidecar.core.index import ChangedRow, ChangesPage, Feeds
from context_sidecar.core.inference import infer
from context_sidecar.core.json_text import JsonRefused, parse_json
from context_sidecar.core.keys import is_number, key_text
from context_sidecar.core.listed_fields import ListedFields
from context_sidecar.core.lookups import Answers, Bulk, Lookup, Offer, lookup
from context_sidecar.core.merged import unmerged
from context_sidecar.core.observation import Answer, Found, NoMatch, Several
from context_sidecar.core.proof import (
    each_once,
    filtered,
    nothing_shown,
    prove,
    proven,
    proven_by,
)
from context_sidecar.core.push import Change, Delivery, Push, Shown, Signed
from context_sidecar.core.quota import Quota, RateLimitFields, Unit
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Record, Visit, Visitor
from context_sidecar.core.rows import (
    Row,
    Rows,
    check_intact,
    fill_link,
    intact,
    lacks,
    own_time,
    with_nulls,
)
from context_sidecar.core.scope import Scope
from context_sidecar.core.secrets import Secret
from context_sidecar.core.shape import Shape, ShapeField
from context_sidecar.core.sign_in import (
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    ClientKey,
    HeaderKey,
    JwtBearer,
    SignIn,
)
from context_sidecar.core.source import Limits
from context_sidecar.core.statuses import status_error
from context_sidecar.core.walk import Walk

__all__ = [
    "AccountRow",
    "Adapter",
    "Answer",
    "Answers",
    "AuthorizationCode",
    "Basic",
    "Bearer",
    "Bulk",
    "Cause",
    "Change",
    "ChangedRow",
    "ChangesPage",
    "ClientCredentials",
    "ClientKey",
    "Configuration",
    "Connection",
    "Delivery",
    "Dial",
    "Family",
    "Feeds",
    "FieldType",
    "Found",
    "HeaderKey",
    "Host",
    "Http",
    "Inbound",
    "Install",
    "JsonRefused",
    "JwtBearer",
    "Limits",
    "ListedFields",
    "Lookup",
    "Memory",
    "NoMatch",
    "Offer",
    "PackageFile",
    "Push",
    "Quota",
    "RateLimitFields",
    "Reason",
    "Record",
    "Response",
    "Row",
    "Rows",
    "Scope",
    "Secret",
    "Several",
    "Shape",
    "ShapeField",
    "Shown",
    "SignIn",
    "Signed",
    "SourceError",
    "Unasked",
    "Unit",
    "Visit",
    "VisitRefused",
    "VisitUnclear",
    "Visitor",
    "Walk",
    "added_up",
    "belonging",
    "cell",
    "check_intact",
    "collated",
    "did_you_mean",
    "each_once",
    "fill_link",
    "filtered",
    "infer",
    "intact",
    "is_number",
    "json_or_none",
    "key_text",
    "lacks",
    "listing",
    "lookup",
    "nothing_shown",
    "own_time",
    "parse_json",
    "prove",
    "proven",
    "proven_by",
    "status_error",
    "unmerged",
    "with_nulls",
]
