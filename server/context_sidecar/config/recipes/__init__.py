"""Recipes: adapters that are one YAML file, the settings of another adapter (the recipe's language)
but for what only an admin knows.

    label: Acme CRM
    family: CRM                  one of `Family`
    about: |                     what a docstring says of an adapter: Auth, Scope, Limits, Quirks
    settings:                    what an admin enters, as `settings` of a source
      url: {type: address, description: Address of the CRM., example: https://crm.example.com}
      token: {type: secret, description: An API token.}
    limits: {rate: 100/min}      where a source declares none
    rest:                        the language, and its settings; ${…} is what the admin entered
      base_url: ${url}/api
      sign_in: {type: bearer, token: "${token}"}

A recipe loads as an adapter of its own, named as its file is. Its mistakes are told with file and
line, and found before anybody uses it: it is tried with the examples of its settings.
"""

from context_sidecar.config.recipes.making import adapter_of

__all__ = ["adapter_of"]
