# Belongs into RT's folder of site configuration, RT_SiteConfig.d.
use utf8;

Plugin('RT::Extension::ContextSidecar');

# Where the install of Context Sidecar is reached.
Set($ContextSidecarURL, '{{url}}');

# The file that holds the secret which both share; nobody but RT should be able to read it.
Set($ContextSidecarSecretFile, '{{secret_file}}');

# What a ticket tells about its customer: what the rules of sidecar.yaml match accounts by.
Set(@ContextSidecarKeys, qw({{keys}}));

# The title of the box: the card's own.
Set($ContextSidecarTitle, '{{title}}');

1;
