#!/usr/bin/env bash
# test/mail/postfix.sh DIR [SMTP] [LMTP]: a private Postfix on loopback; *@example.test goes to LMTP, everything else bounces
set -euo pipefail
mkdir -p "$1"; D=$(realpath "$1"); SMTP=${2:-10026} LMTP=${3:-10024}
mkdir -p "$D"/{conf,queue,data}; chown postfix "$D/data"
cat > "$D/conf/main.cf" <<EOF
compatibility_level = 3.6
queue_directory = $D/queue
data_directory = $D/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
mydestination =
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
virtual_mailbox_domains = example.test
virtual_mailbox_maps = inline:{support@example.test=1 alice@example.test=1}
virtual_transport = lmtp:inet:127.0.0.1:$LMTP
default_transport = error:no outside mail from this host
relay_domains =
recipient_delimiter = +
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_reject_unlisted_recipient = no
message_size_limit = 26214400
bounce_queue_lifetime = 1h
maillog_file = $D/postfix.log
maillog_file_prefixes = $D
notify_classes =
EOF
sed "s/^smtp *inet .*/127.0.0.1:$SMTP inet n - n - - smtpd/" /usr/share/postfix/master.cf.dist \
  | sed -E 's/^([a-z0-9.:-]+ +(unix|inet|fifo) +[^ ]+ +[^ ]+ +)[y-] /\1n /' > "$D/conf/master.cf"
grep -q '^postlog' "$D/conf/master.cf" || echo 'postlog unix-dgram n - n - 1 postlogd' >> "$D/conf/master.cf"
postfix -c "$D/conf" start
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$SMTP") 2>/dev/null && exit 0; sleep 0.05; done
tail "$D/postfix.log" >&2; exit 1
