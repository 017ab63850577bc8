#!/usr/bin/env bash
# test/mail/dovecot.sh DIR [IMAP] [LMTP] [IMAPS]: a private Dovecot 2.3 on loopback, no systemd, started as root
set -euo pipefail
mkdir -p "$1"; D=$(realpath "$1"); IMAP=${2:-10143} LMTP=${3:-10024} IMAPS=${4:-10993}
mkdir -p "$D"/{run,state,mail,log}
printf '%s@example.test:{PLAIN}secret::::::\n' support alice > "$D/users"
[ -f "$D/cert.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \
  -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -keyout "$D/key.pem" -out "$D/cert.pem" 2>/dev/null
cat > "$D/dovecot.conf" <<EOF
base_dir = $D/run
state_dir = $D/state
log_path = $D/log/dovecot.log
info_log_path = $D/log/info.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <$D/cert.pem
ssl_key = <$D/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
mail_uid = vmail
mail_gid = vmail
mail_home = $D/mail/%u
mail_location = maildir:$D/mail/%u/Maildir
mail_fsync = never
mailbox_idle_check_interval = 1 secs
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
passdb {
  driver = passwd-file
  args = username_format=%u $D/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=$D/mail/%u
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    special_use = \Sent
    auto = create
  }
  mailbox Junk {
    special_use = \Junk
    auto = create
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {
    port = $IMAP
  }
  inet_listener imaps {
    port = $IMAPS
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $LMTP
  }
}
EOF
id vmail >/dev/null 2>&1 || useradd -r -M -s /usr/sbin/nologin vmail
chown -R vmail "$D/mail"
dovecot -c "$D/dovecot.conf"
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$IMAP") 2>/dev/null && exit 0; sleep 0.05; done
tail "$D/log/dovecot.log" >&2; exit 1
