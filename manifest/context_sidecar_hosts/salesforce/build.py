"""Builds the project that an admin deploys to Salesforce: an External Client App with Canvas, and
the component that shows it; no more than a card needs, and the same bytes every time.

The files are of API version 66.0, the first with Canvas in an External Client App; their names and
elements are those of the Metadata API Developer Guide and of the Canvas Developer Guide, "Deploy
the Canvas External Client App to an Org". `sf project deploy start` takes the folder as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from context_sidecar import Configuration, Install, PackageFile
from context_sidecar.hosting.packaging import templates

OBJECTS: Mapping[str, str] = {
    "account": "Account",
    "contact": "Contact",
    "case": "Case",
    "opportunity": "Opportunity",
}
"""The places that a card can be shown in, and how Salesforce calls their records."""

APP = "ContextSidecar"
API_VERSION = "66.0"

_PACKAGE = Path(__file__).parent / "package"
_SOURCE = "force-app/main/default"
_NAMESPACE = "http://soap.sforce.com/2006/04/metadata"

Elements = tuple[tuple[str, str], ...]


def build(configuration: Configuration, install: Install) -> list[PackageFile]:
    """Return the project's files.

    Raises:
        ValueError: what Salesforce would refuse about it.
    """
    shown = [
        name for one, name in OBJECTS.items() if configuration.card_for(f"{install.host}/{one}")
    ]
    if not shown:
        raise ValueError("no card is declared for a place in Salesforce")
    if not (contact := str(install.settings.get("contact_email") or "")):
        raise ValueError("Salesforce wants to know whom to write to; set contact_email")
    public = urlsplit(configuration.public_url)
    if public.scheme != "https":
        raise ValueError("Salesforce frames https only; see public_url")
    address = f"{configuration.public_url.rstrip('/')}/hosts/{install.id}"
    made = {
        "sfdx-project.json": _project(),
        f"{_SOURCE}/externalClientApps/{APP}.eca-meta.xml": _xml(
            "ExternalClientApplication", _app(configuration.brand.name, contact)
        ),
        f"{_SOURCE}/extlClntAppOauthSettings/{APP}_oauth.ecaOauth-meta.xml": _xml(
            "ExtlClntAppOauthSettings", _scopes()
        ),
        f"{_SOURCE}/extlClntAppGlobalOauthSets/{APP}_glbloauth.ecaGlblOauth-meta.xml": _xml(
            "ExtlClntAppGlobalOauthSettings", _oauth(address)
        ),
        f"{_SOURCE}/extlClntAppCanvasSettings/{APP}_canvasSettings.ecaCanvas-meta.xml": _xml(
            "ExtlClntAppCanvasSettings", _canvas(address)
        ),
        f"{_SOURCE}/cspTrustedSites/{APP}.cspTrustedSite-meta.xml": _xml(
            "CspTrustedSite", _trusted(f"{public.scheme}://{public.netloc}")
        ),
        f"{_SOURCE}/aura/contextSidecar/contextSidecar.design": _design(
            configuration.brand.name, shown
        ),
    }
    files = [PackageFile(path, content) for path, content in made.items()]
    files += [
        PackageFile(f"{_SOURCE}/{path}", content) for path, content in templates(_PACKAGE).items()
    ]
    return sorted(files, key=lambda file: file.path)


def _project() -> bytes:
    project = {
        "packageDirectories": [{"path": "force-app", "default": True}],
        "name": "context-sidecar",
        "sourceApiVersion": API_VERSION,
    }
    return f"{json.dumps(project, indent=2)}\n".encode()


def _app(name: str, contact: str) -> Elements:
    return (
        ("contactEmail", contact),
        ("description", "Facts about the customer, each with how far to trust it."),
        ("distributionState", "Local"),
        ("isProtected", "false"),
        ("label", name),
    )


def _scopes() -> Elements:
    # Every app has a scope; this one gives no access to records.
    return (
        ("commaSeparatedOauthScopes", "Basic"),
        ("externalClientApplication", APP),
        ("label", "Context Sidecar OAuth"),
    )


def _oauth(address: str) -> Elements:
    return (
        ("callbackUrl", address),
        ("externalClientApplication", APP),
        ("isConsumerSecretOptional", "false"),
        ("isIntrospectAllTokens", "false"),
        ("isPkceRequired", "true"),
        ("isSecretRequiredForRefreshToken", "true"),
        ("label", "Context Sidecar global OAuth"),
        ("shouldRotateConsumerKey", "false"),
        ("shouldRotateConsumerSecret", "false"),
    )


def _canvas(address: str) -> Elements:
    return (
        ("accessMethod", "Post"),
        ("canvasLocationOptions", "Aura"),
        ("canvasUrl", address),
        ("externalClientApplication", APP),
        ("label", "Context Sidecar Canvas"),
        ("samlInitiationMethod", "None"),
    )


def _trusted(origin: str) -> Elements:
    return (
        ("context", "LEX"),
        ("description", "Context Sidecar shows its card in a frame."),
        ("endpointUrl", origin),
        ("isActive", "true"),
        ("isApplicableToFrameSrc", "true"),
    )


def _design(brand: str, shown: Sequence[str]) -> bytes:
    """For which pages, and with which settings, the component is offered."""
    objects = "".join(f"        <sfdc:object>{name}</sfdc:object>\n" for name in sorted(shown))
    return (
        f"<design:component label={quoteattr(brand)}>\n"
        '    <design:attribute name="height" label="Height in pixels" '
        'description="How tall the card is where Salesforce does not let it grow." />\n'
        f"    <sfdc:objects>\n{objects}    </sfdc:objects>\n"
        "</design:component>\n"
    ).encode()


def _xml(root: str, elements: Elements) -> bytes:
    inside = "".join(f"    <{name}>{escape(text)}</{name}>\n" for name, text in elements)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n'
    return f"{head}{inside}</{root}>\n".encode()
