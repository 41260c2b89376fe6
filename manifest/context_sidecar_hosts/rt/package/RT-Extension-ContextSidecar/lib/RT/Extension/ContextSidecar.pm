use strict;
use warnings;

package RT::Extension::ContextSidecar;

use RT::Extension::ContextSidecar::Address ();

our $VERSION = '1.0.0';

=head1 NAME

RT::Extension::ContextSidecar - shows the customer behind a ticket, beside the ticket

=head1 CONFIGURATION

C<$ContextSidecarURL> is where the install is reached, C<$ContextSidecarSecretFile> the file with
the secret that it shares with this RT, C<@ContextSidecarKeys> what a ticket tells about its
customer, C<$ContextSidecarTitle> the title of the box. INSTALL.md has an example.

=cut

RT->AddJavaScript('context-sidecar.js');
RT->AddStyleSheets('context-sidecar.css');

# What a ticket can tell about its customer. A ticket with several requestors tells of none of
# them: which one is the customer would be a guess.
my %KEYS = (
    queue           => sub { $_[0]->QueueObj->Name },
    requester_email => sub { my $user = _requestor(@_); $user && $user->EmailAddress },
    requester_name  => sub { my $user = _requestor(@_); $user && $user->RealName },
);

=head1 METHODS

=head2 address_for TICKET, CURRENT_USER

Returns the signed address of the card for TICKET. Dies where the configuration has no secret.
The caller has checked that the user may see the ticket.

=cut

sub address_for {
    my ( $class, $ticket, $current_user ) = @_;
    my %parameters = (
        record    => 'ticket/' . $ticket->Id,
        user      => $current_user->Name,
        user_name => $current_user->UserObj->RealName,
        locale    => $current_user->LanguageHandle->language_tag,
        theme     => $class->_theme($current_user),
        time_zone => $current_user->UserObj->Timezone || RT->Config->Get('Timezone'),
    );
    for my $key ( RT->Config->Get('ContextSidecarKeys') ) {
        my $value = $KEYS{$key} ? $KEYS{$key}->($ticket) : _custom_field( $ticket, $key );
        $parameters{"key.$key"} = $value;
    }
    return RT::Extension::ContextSidecar::Address::sign(
        RT->Config->Get('ContextSidecarURL'), $class->_secret, %parameters );
}

sub _theme {
    my ( $class, $current_user ) = @_;
    my $style = RT->Config->Get( 'WebDefaultStylesheet', $current_user );
    return $style =~ /dark/ ? 'dark' : 'light';
}

sub _secret {
    my $file = RT->Config->Get('ContextSidecarSecretFile')
        or die "\$ContextSidecarSecretFile is not set\n";
    open my $handle, '<:raw', $file or die "$file cannot be read: $!\n";
    my $secret = do { local $/; <$handle> };
    $secret =~ s/\s+\z//;
    length $secret or die "$file is empty\n";
    return $secret;
}

sub _requestor {
    my ($ticket) = @_;
    my $users = $ticket->Requestors->UserMembersObj( Recursively => 1 );
    return $users->Count == 1 ? $users->First : undef;
}

# The one value of the custom field "Customer number", for the key "cf_customer_number".
sub _custom_field {
    my ( $ticket, $key ) = @_;
    my $fields = $ticket->CustomFields;
    while ( my $field = $fields->Next ) {
        ( my $name = CORE::fc( $field->Name ) ) =~ s/\W+/_/g;
        next unless "cf_$name" eq $key;
        my $values = $ticket->CustomFieldValues( $field->Id );
        return $values->Count == 1 ? $values->First->Content : undef;
    }
    return;
}

1;
