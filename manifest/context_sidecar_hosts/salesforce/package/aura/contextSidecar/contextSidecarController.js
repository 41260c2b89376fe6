({
    // Salesforce signs these along, so that what it signs is good once, and not for long.
    init: function (component) {
        component.set("v.parameters", JSON.stringify({
            recordId: component.get("v.recordId"),
            objectApiName: component.get("v.sObjectName"),
            at: String(Date.now()),
            nonce: window.crypto.randomUUID()
        }));
    }
})
