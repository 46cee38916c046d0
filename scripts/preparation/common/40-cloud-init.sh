#!/bin/bash
# Configures cloud-init for CloudStack in a separate file: the package's cloud.cfg is unchanged, so upgrades never ask about it.
set -euo pipefail

echo '==> Configuring cloud-init for CloudStack'
rm -f /etc/cloud/cloud-init.disabled /etc/cloud/cloud.cfg.d/*disable*network*.cfg /etc/cloud/cloud.cfg.d/{05_bootstrap,99-installer,90-installer-network,curtin-preserve-sources,20-disable-cc-dpkg-grub}.cfg
# The interpreter that runs cloud-init: if several are installed, only this one has its modules.
read -r -a interpreter < <(sed -n '1s/^#!//p' "$(command -v cloud-init)")
"${interpreter[@]}" - <<'END'
import os
import shutil

import yaml
from cloudinit import util

CONFIG, DROPIN = "/etc/cloud/cloud.cfg", "/etc/cloud/cloud.cfg.d/99_cloudstack.cfg"
passwords = os.environ["CST_PASSWORD_ENABLED"] == "true"
sources = [name.strip() for name in os.environ["CST_DATASOURCES"].split(",") if name.strip()]
user = os.environ["CST_DEFAULT_USER"]
# Per instance by default: a password or key reset of an existing instance would be ignored.
every_boot = {"set_passwords", "ssh"}


def name_of(module):
    if isinstance(module, dict):
        module = module["name"]
    elif isinstance(module, list):
        module = module[0]
    return module.replace("-", "_")


with open(CONFIG) as file:
    shipped = yaml.safe_load(file)
stages = ("cloud_init_modules", "cloud_config_modules", "cloud_final_modules")
found = {name_of(module) for stage in stages for module in shipped[stage]}
if not every_boot <= found:
    raise SystemExit(f"{CONFIG} lists no module {', '.join(sorted(every_boot - found))}: is this cloud-init's own file?")

settings = {
    "datasource": {"CloudStack": {"max_wait": 120, "timeout": 50}},
    "system_info": {"default_user": {"name": user, "lock_passwd": not passwords}},
    "disable_root": True,
    "ssh_pwauth": passwords,
    # The ssh module runs at every boot, so it must not generate new host keys; ssh-host-keys.service does it once per clone.
    "ssh_deletekeys": False,
    "ssh_genkeytypes": ["ed25519", "ecdsa", "rsa"],
    "preserve_hostname": False,
    "manage_etc_hosts": "localhost",
    "locale": os.environ["CST_LOCALE"],
}
if shutil.which("apt-get"):
    # The boot loader's packages find their disk themselves; a name saved at the first boot may be wrong on the next host.
    settings["grub_dpkg"] = {"enabled": False}
    # Keeps the image's own sources instead of cloud-init's guess at a mirror.
    settings["apt"] = {"preserve_sources_list": True}
for stage in stages:
    modules = shipped[stage]
    if any(name_of(module) in every_boot for module in modules):
        settings[stage] = [[name_of(m), "always"] if name_of(m) in every_boot else m for m in modules]

with open(DROPIN, "w") as file:
    file.write("# Settings for Apache CloudStack.\n")
    # One line: ds-identify, a shell script, reads it too.
    file.write(f"datasource_list: [ {', '.join(sources)} ]\n")
    yaml.safe_dump(settings, file, sort_keys=False)

# Checks the configuration that cloud-init merges from all files.
merged = util.read_conf_with_confd("/etc/cloud/cloud.cfg")
modules = [m for stage in ("cloud_init_modules", "cloud_config_modules") for m in merged[stage]]
expected = {
    "datasource_list": (merged["datasource_list"], sources),
    "set_passwords at every boot": (["set_passwords", "always"] in modules, True),
    "ssh at every boot": (["ssh", "always"] in modules, True),
    "default user": (merged["system_info"]["default_user"]["name"], user),
    "lock_passwd": (merged["system_info"]["default_user"]["lock_passwd"], not passwords),
    "ssh_pwauth": (merged["ssh_pwauth"], passwords),
    "disable_root": (merged["disable_root"], True),
    "ssh_deletekeys": (merged["ssh_deletekeys"], False),
}
wrong = [f"{what} is {found!r} instead of {wanted!r}" for what, (found, wanted) in expected.items() if found != wanted]
if wrong:
    raise SystemExit("cloud-init's merged configuration: " + "; ".join(wrong) + ". Another file in /etc/cloud/cloud.cfg.d overrides it.")
END
chmod 644 /etc/cloud/cloud.cfg.d/99_cloudstack.cfg

# In networks without a router, CloudStack attaches a drive with the password in a file that cloud-init does not read.
if [[ $CST_PASSWORD_ENABLED == true ]]; then
    install -d -m 755 /usr/local/lib/cloudstack
    cat >/usr/local/lib/cloudstack/configdrive-password <<END
#!/bin/bash
# Sets the password of $CST_DEFAULT_USER from CloudStack's configuration drive, once for each new password.
set -euo pipefail
user=$CST_DEFAULT_USER
END
    cat >>/usr/local/lib/cloudstack/configdrive-password <<'END'
device=$(blkid -t LABEL=config-2 -o device | sed -n 1p || true)
[[ -n $device ]] || device=$(blkid -t LABEL=CONFIG-2 -o device | sed -n 1p || true)
[[ -n $device ]] || exit 0
mount_point=$(mktemp -d)
trap 'umount "$mount_point" 2>/dev/null || true; rmdir "$mount_point"' EXIT
mount -o ro "$device" "$mount_point"
file=$mount_point/cloudstack/password/vm_password.txt
[[ -s $file ]] || exit 0
password=$(tr -d '\r\n' <"$file")
case $password in '' | saved_password | bad_request) exit 0 ;; esac
# The file stays on the drive: without a record of the last password, each boot would undo the user's own change. The record is a
# salted hash.
note=/var/lib/cloudstack/configdrive-password
salt=$(cut -d: -f1 "$note" 2>/dev/null || true)
[[ -n $salt ]] || salt=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
digest=$(printf '%s%s' "$salt" "$password" | sha256sum | cut -d' ' -f1)
[[ "$(cat "$note" 2>/dev/null || true)" != "$salt:$digest" ]] || exit 0
printf '%s:%s\n' "$user" "$password" | chpasswd
install -d -m 700 /var/lib/cloudstack
(umask 077 && printf '%s:%s\n' "$salt" "$digest" >"$note")
echo "Set the password of $user from the configuration drive."
END
    chmod 755 /usr/local/lib/cloudstack/configdrive-password
    cat >/etc/systemd/system/cloudstack-configdrive-password.service <<'END'
[Unit]
Description=Password from CloudStack's configuration drive
# The default user exists after cloud-init's network stage.
After=cloud-init.service cloud-init-network.service

[Service]
Type=oneshot
RemainAfterExit=yes
# Started by the shell: SELinux labels files below lib as libraries, not as programs.
ExecStart=/bin/bash /usr/local/lib/cloudstack/configdrive-password

[Install]
WantedBy=multi-user.target
END
    systemctl --quiet --no-reload enable cloudstack-configdrive-password.service
else
    systemctl --quiet --no-reload disable cloudstack-configdrive-password.service 2>/dev/null || true
    rm -f /etc/systemd/system/cloudstack-configdrive-password.service /usr/local/lib/cloudstack/configdrive-password
fi

# Their names depend on the version: all that can be enabled must be. On SUSE some are empty, or started by others. Enabling an enabled unit takes seconds in an emulated machine,
# because it also checks the old init scripts.
units=()
for unit in cloud-init-local cloud-init-main cloud-init cloud-init-network cloud-config cloud-final; do
    file=/usr/lib/systemd/system/$unit.service
    [[ -e $file ]] || file=/lib/systemd/system/$unit.service
    if [[ -e $file ]] && grep -qE '^(WantedBy|RequiredBy)=' "$file" &&
        ! compgen -G "/etc/systemd/system/*.wants/$unit.service" >/dev/null; then
        units+=("$unit.service")
    fi
done
if ((${#units[@]})); then
    systemctl --quiet --no-reload enable "${units[@]}"
fi
