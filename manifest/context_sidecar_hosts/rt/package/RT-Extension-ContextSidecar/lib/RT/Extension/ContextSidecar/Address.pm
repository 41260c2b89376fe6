use strict;
use warnings;

package RT::Extension::ContextSidecar::Address;

use Digest::SHA ();
use Encode      ();

=head1 NAME

RT::Extension::ContextSidecar::Address - signs the address of a card

=head1 SYNOPSIS

    my $address = RT::Extension::ContextSidecar::Address::sign(
        'https://context.example.com/hosts/rt-support',
        $secret,
        record                => 'ticket/4711',
        'key.requester_email' => 'ana@acme.example',
    );

=head1 FUNCTIONS

=head2 sign URL, SECRET, PARAMETERS

Returns URL with the parameters, an expiry in five minutes, a fresh nonce and the signature.
Parameters without a value are left out. URL is where the install is reached, up to its name.

=cut

sub sign {
    my ( $url, $secret, %parameters ) = @_;
    my ( $server, $path ) = $url =~ m{^(https?://[^?#]*?)(/hosts/[^/?#]+)$}
        or die "'$url' does not end in /hosts/ and the name of an install\n";

    %parameters = ( expires => time + 300, nonce => _nonce(), %parameters );
    my %encoded;
    for my $name ( keys %parameters ) {
        my $value = $parameters{$name};
        $encoded{ _encoded($name) } = _encoded($value) if defined $value && length $value;
    }
    my $text = "$path?" . join '&', map { "$_=$encoded{$_}" } sort keys %encoded;
    return "$server$text&signature=" . Digest::SHA::hmac_sha256_hex( $text, $secret );
}

# Everything but the unreserved characters of RFC 3986, as bytes of UTF-8.
sub _encoded {
    my $bytes = Encode::encode( 'UTF-8', shift );
    $bytes =~ s/([^A-Za-z0-9\-._~])/sprintf '%%%02X', ord $1/ge;
    return $bytes;
}

sub _nonce {
    open my $random, '<:raw', '/dev/urandom' or die "No random numbers: $!\n";
    read( $random, my $bytes, 16 ) == 16 or die "No random numbers\n";
    return unpack 'H*', $bytes;
}

1;
