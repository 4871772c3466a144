# Read by rt-setup-database. Its last act prints what the tests need to know, as JSON.
use strict;
use warnings;
use JSON ();

our @Queues = (
    { Name => 'Support', Description => 'Support desk', Lifecycle => 'default' },
);

our @Users = (
    ( map { { Name => $_->[0], RealName => $_->[1], EmailAddress => "$_->[0]\@example.test", Privileged => 1, Timezone => 'UTC' } }
        [ 'alice', 'Alice Archer' ], [ 'bob', 'Bob Baker' ], [ 'carol', 'Carol Cooper' ],
        [ 'lockstep', 'Lockstep Sync' ] ),
    # Signs in, but has no right at all: what a misconfigured account sees.
    { Name => 'mallory', RealName => 'Mallory Miller', EmailAddress => 'mallory@example.test', Privileged => 0, Timezone => 'UTC' },
);

our @Groups = ( { Name => 'Support desk', Members => { Users => [qw(alice bob carol lockstep)] } } );

our @CustomFields = (
    { Name => 'External ID', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', ApplyTo => 0 },
    {
        Name => 'Severity', Type => 'SelectSingle', LookupType => 'RT::Queue-RT::Ticket', ApplyTo => 0,
        Values => [ map { { Name => $_ } } qw(Low Medium High Critical) ],
    },
    { Name => 'Reference', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', ApplyTo => 0 },
    # A long text that can be changed, which a ticket's description cannot.
    { Name => 'Details', Type => 'TextSingle', LookupType => 'RT::Queue-RT::Ticket', ApplyTo => 0 },
);

our @ACL = (
    (   map { { GroupDomain => 'UserDefined', GroupId => 'Support desk', Right => $_ } }
            qw(SeeQueue ShowTicket ShowTicketComments ShowOutgoingEmail CreateTicket CommentOnTicket ReplyToTicket
            ModifyTicket OwnTicket TakeTicket ReassignTicket DeleteTicket Watch SeeCustomField ModifyCustomField
            SetInitialCustomField SeeGroup)
    ),
    # The sync account finds people by e-mail.
    ( map { { UserId => 'lockstep', Right => $_ } } qw(AdminUsers SeeCustomField ForwardMessage) ),
    { GroupDomain => 'SystemInternal', GroupType => 'Privileged', Right => 'ManageAuthTokens' },
);

our @Final = (
    sub {
        my %seed;
        my $token_of = sub {
            my ($name) = @_;
            my $user = RT::User->new( RT->SystemUser );
            $user->Load($name);
            die "no user $name" unless $user->Id;
            my $token = RT::AuthToken->new( RT->SystemUser );
            my ( $ok, $message, $text ) = $token->Create( Owner => $user->Id, Description => 'lockstep tests' );
            die "no token for $name: $message" unless $ok;
            return { id => $user->Id + 0, token => $text, email => $user->EmailAddress };
        };
        $seed{users}{$_} = $token_of->($_) for qw(alice bob carol lockstep mallory);
        $seed{token}      = $seed{users}{lockstep}{token};
        $seed{adminToken} = $token_of->('root')->{token};
        my %keys = ( 'External ID' => 'externalId', Severity => 'severity', Reference => 'reference', Details => 'details' );
        for my $name ( keys %keys ) {
            my $field = RT::CustomField->new( RT->SystemUser );
            $field->LoadByName( Name => $name, LookupType => 'RT::Queue-RT::Ticket' );
            die "no custom field $name" unless $field->Id;
            $seed{customFieldIds}{ $keys{$name} } = $field->Id + 0;
        }
        my $queue = RT::Queue->new( RT->SystemUser );
        $queue->Load('Support');
        $seed{queue} = { id => $queue->Id + 0, name => 'Support' };
        $seed{markerField} = 'External ID';
        # What the seed could not do it only logs, so look.
        for my $name (qw(alice bob carol lockstep)) {
            my $user = RT::User->new( RT->SystemUser );
            $user->Load($name);
            for my $right (qw(ShowTicket CreateTicket ModifyTicket ModifyCustomField ShowTicketComments)) {
                die "$name lacks $right" unless $user->HasRight( Right => $right, Object => $queue );
            }
        }
        print "\nSEED ", JSON->new->canonical->encode( \%seed ), "\n";
    },
);

1;
