"""The project that an admin deploys to Salesforce: minimal, and what Salesforce's library takes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from context_sidecar import plugins
from context_sidecar_hosts.salesforce.build import OBJECTS
from support import npm
from support.build import card, configuration
from support.hosts import OLD_SECRET, SECRET, install

HERE = Path(__file__).parent / "salesforce"
SOURCE = "force-app/main/default"
PLACES = tuple(f"salesforce/{one}" for one in OBJECTS)
CONTACT = {"contact_email": "admin@acme.example"}


def files(
    *where: str, public_url: str = "https://context.example.com", **changes: Any
) -> dict[str, bytes]:
    cards = [card(id=place, where=(place,)) for place in where or PLACES]
    shown = configuration(*cards, public_url=public_url)
    declared = install("salesforce", **{"settings": CONTACT} | changes)
    built = plugins.host("salesforce").package(shown, declared)
    return {file.path: file.content for file in built}


def part(built: dict[str, bytes], ending: str) -> dict[str, str]:
    """The elements of the one file whose name has this *ending*."""
    [content] = [content for path, content in built.items() if path.endswith(ending)]
    elements = [(each.tag.partition("}")[2], each.text) for each in ET.fromstring(content)]
    assert len(dict(elements)) == len(elements), "each stands there once"
    return dict(elements)


def test_the_app_has_canvas_in_a_lightning_component_and_nowhere_else():
    built = files()
    canvas = part(built, ".ecaCanvas-meta.xml")
    assert canvas["accessMethod"] == "Post", "without it nothing would be signed"
    assert canvas["canvasLocationOptions"] == "Aura"
    assert canvas["canvasUrl"] == "https://context.example.com/hosts/salesforce-support"


def test_s32_the_app_asks_for_a_scope_that_reads_no_record_and_stays_in_its_organization():
    built = files()
    assert part(built, ".ecaOauth-meta.xml")["commaSeparatedOauthScopes"] == "Basic"
    assert part(built, ".eca-meta.xml")["distributionState"] == "Local"
    oauth = part(built, ".ecaGlblOauth-meta.xml")
    assert oauth["isPkceRequired"] == "true"
    assert oauth["isConsumerSecretOptional"] == "false"
    assert not oauth.keys() & {"consumerKey", "consumerSecret"}


def test_s32_our_own_address_may_be_framed_and_no_other():
    trusted = part(files(public_url="https://context.example.com/x"), ".cspTrustedSite-meta.xml")
    allowed = {name for name in trusted if name.startswith("isApplicable")}
    assert trusted["endpointUrl"] == "https://context.example.com"
    assert allowed == {"isApplicableToFrameSrc"}


@pytest.mark.parametrize("places", [PLACES[:1], PLACES[1:3], PLACES])
def test_s32_the_component_is_offered_for_the_records_that_are_declared_and_no_other(places):
    design = files(*places)[f"{SOURCE}/aura/contextSidecar/contextSidecar.design"].decode()
    offered = {name for name in OBJECTS.values() if f"<sfdc:object>{name}<" in design}
    assert offered == {OBJECTS[place.partition("/")[2]] for place in places}


def test_all_parts_name_the_one_app():
    built = files()
    names = {
        part(built, ending)["externalClientApplication"]
        for ending in (".ecaOauth-meta.xml", ".ecaGlblOauth-meta.xml", ".ecaCanvas-meta.xml")
    }
    assert names == {"ContextSidecar"}
    assert f"{SOURCE}/externalClientApps/ContextSidecar.eca-meta.xml" in built
    component = built[f"{SOURCE}/aura/contextSidecar/contextSidecar.cmp"]
    assert b'developerName="ContextSidecar"' in component


def test_what_is_declared_is_text_in_the_files():
    odd = "a&b<c>@acme.example"
    assert part(files(settings={"contact_email": odd}), ".eca-meta.xml")["contactEmail"] == odd


def test_s5_no_secret_is_in_the_project():
    everything = b"".join(files(settings=CONTACT | {"client_secret": SECRET}).values())
    assert SECRET.reveal().encode() not in everything


def test_the_same_configuration_gives_the_same_bytes_whatever_the_secret():
    assert files() == files()
    assert files() == files(settings=CONTACT | {"client_secret": OLD_SECRET})


def test_what_salesforce_would_refuse_is_not_built():
    with pytest.raises(ValueError, match="no card is declared"):
        files("rt/ticket")
    with pytest.raises(ValueError, match="contact_email"):
        files(settings={})
    with pytest.raises(ValueError, match="https only"):
        files(public_url="http://context.example.com")


@pytest.mark.real
def test_salesforces_own_library_finds_every_part_and_would_deploy_it(tmp_path):
    npm.need("@salesforce/source-deploy-retrieve")
    for path, content in files().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    target = tmp_path / "deployed"
    made = json.loads(
        npm.run("node", HERE / "convert.mjs", npm.TOOLS, tmp_path / "force-app", target)
    )
    assert made["components"] == [
        ["AuraDefinitionBundle", "contextSidecar"],
        ["CspTrustedSite", "ContextSidecar"],
        ["ExternalClientApplication", "ContextSidecar"],
        ["ExtlClntAppCanvasSettings", "ContextSidecar_canvasSettings"],
        ["ExtlClntAppGlobalOauthSettings", "ContextSidecar_glbloauth"],
        ["ExtlClntAppOauthSettings", "ContextSidecar_oauth"],
    ]
    assert len(made["parsed"]) == 6
    for kind, _ in made["components"]:
        assert f"<name>{kind}</name>" in made["manifest"]
    of_the_component = {name for name in made["files"] if name.startswith("aura/")}
    assert of_the_component == {
        f"aura/contextSidecar/contextSidecar{ending}"
        for ending in (".cmp", ".cmp-meta.xml", ".design", "Controller.js")
    }


SEVERAL = {"canvasLocationOptions"}


def typed(number: int, content: bytes) -> str:
    """A file's content as TypeScript, of the type that Salesforce gives it."""
    root = ET.fromstring(content)
    kind = root.tag.partition("}")[2]
    values = {}
    for each in root:
        name = each.tag.partition("}")[2]
        value = {"true": True, "false": False}.get(each.text, each.text)
        values[name] = [value] if name in SEVERAL else value
    return (
        f"import type {{ {kind} }} from '@salesforce/types/metadata';\n"
        f"export const file{number}: Partial<{kind}> = {json.dumps(values)};\n"
    )


@pytest.mark.real
@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("", "", ""),
        ("isPkceRequired", "isPkceNeeded", "isPkceNeeded.* does not exist"),
        (">Post<", ">Posted<", "'\"Posted\"' is not assignable"),
    ],
)
def test_salesforces_own_types_know_every_element_and_what_may_be_in_it(
    tmp_path, old, new, complaint
):
    npm.need("@salesforce/types", "typescript")
    (tmp_path / "node_modules").symlink_to(npm.TOOLS)
    built = [content for path, content in files().items() if path.endswith("-meta.xml")]
    flat = [one for one in built if b"AuraDefinitionBundle" not in one]
    lines = [typed(n, one.replace(old.encode(), new.encode())) for n, one in enumerate(flat)]
    (tmp_path / "files.ts").write_text("".join(lines))
    how = {"noEmit": True, "strict": True, "skipLibCheck": True, "module": "nodenext", "types": []}
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": how}))
    command = [npm.TOOLS / ".bin" / "tsc", "--project", tmp_path]
    if complaint:
        with pytest.raises(AssertionError, match=complaint):
            npm.run(*command)
    else:
        npm.run(*command)


CONTROLLER = """
const seen = {recordId: "001A000001LbTzaIAF", sObjectName: "Account"};
const asked = [];
for (let n = 0; n < 2; n += 1) {
  const controller = (0, eval)(require("fs").readFileSync(process.argv[1], "utf8"));
  controller.init({
    get: (name) => seen[name.replace("v.", "")],
    set: (name, value) => asked.push([name, JSON.parse(value)]),
  });
}
console.log(JSON.stringify(asked));
"""


@pytest.mark.real
def test_the_component_says_the_record_and_makes_each_request_a_new_one(tmp_path):
    """Run as Salesforce runs it, but for its sandbox (Lightning Web Security)."""
    controller = tmp_path / "controller.js"
    controller.write_bytes(files()[f"{SOURCE}/aura/contextSidecar/contextSidecarController.js"])
    ready = "globalThis.window = {crypto: require('crypto').webcrypto};"
    done = subprocess.run(
        ["node", "-e", ready + CONTROLLER, controller], capture_output=True, text=True, check=True
    )
    [first, second] = [value for _, value in json.loads(done.stdout)]
    assert first["recordId"] == "001A000001LbTzaIAF"
    assert first["objectApiName"] == "Account"
    assert first["at"].isdigit()
    assert first["nonce"] != second["nonce"]
