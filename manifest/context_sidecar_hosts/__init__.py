"""Where context shows up: one folder per host tool, with everything of that host inside. A host
knows `context_sidecar`, no web framework and no other host.

`host.py` proves requests, `package/` is what an admin installs, `INSTALL.md` says how, and
`bridge.js` speaks with the page that frames us. A bridge is an ES module; our page loads it after
its own script, as `/hosts/<install>/bridge.js`. Between the two:

- `<html data-origins="https://a.example https://b.example">` holds the install's origins. A bridge
  speaks to no other origin, and listens to none.
- The bridge measures `document.body` and asks the host for that height.
- On `document` the bridge dispatches `context-sidecar:record`, detail `{type, id, keys}`, where the
  host says only in its page which record is on screen, and again when that changes;
  `context-sidecar:unselected`, where from now on none is, or several are; and
  `context-sidecar:theme`, detail `{theme}`, which is `light` or `dark`.
- On `document` our script dispatches `context-sidecar:open-link`, detail `{url}`, before it opens a
  link. A bridge that opens it itself prevents the event's default.
"""
