#!/bin/bash
# The configuration of cloud-init for this variant, as cloud-init itself merges it from all files.
# checks: cloud-init.installed cloud-init.configuration cloud-init.datasources cloud-init.datasources-line cloud-init.ds-identify
# checks: cloud-init.enabled cloud-init.set-passwords cloud-init.ssh cloud-init.default-user cloud-init.password-login
# checks: cloud-init.root-login cloud-init.hostname cloud-init.network cloud-init.grow cloud-init.wget

none cloud-init.installed "cloud-init is installed" "$([ -n "$(program cloud-init)" ] || echo "the program cloud-init is missing")"

# shellcheck disable=SC2153 # ROOT comes from the environment.
# If several interpreters are installed, only the one in cloud-init's first line has its modules.
read -r -a interpreter < <(sed -n '1s/^#!//p' "$ROOT$(program cloud-init)" 2>/dev/null) || interpreter=(python3)
# Prints 'name<TAB>value' lines; cloud-init's own code merges the files. A list item [name, always] becomes name=always.
merged=$(
    PYTHONDONTWRITEBYTECODE=1 "${interpreter[@]}" - 2>&1 <<'PYTHON' || true
from cloudinit import util

config = util.read_conf_with_confd("/etc/cloud/cloud.cfg")


def text(value):
    return str(value).replace("\n", " ").replace("\t", " ")


def module(item):
    if isinstance(item, dict):
        item = [item.get("name")] + [item["frequency"]] * ("frequency" in item)
    parts = [item] if isinstance(item, str) else list(item)
    return "=".join(text(part).replace("_", "-") for part in parts[:2])


def say(name, value):
    print(name + "\t" + text(value))


def switch(value):
    return "unset" if value is None else "yes" if util.is_true(value) else "no" if util.is_false(value) else text(value)


say("datasources", ", ".join(text(each) for each in config.get("datasource_list") or []))
for stage in ("cloud_init_modules", "cloud_config_modules", "cloud_final_modules"):
    say("modules", " ".join(module(item) for item in config.get(stage) or []))
users = config.get("users") or []
say("users", " ".join(text(each.get("name") if isinstance(each, dict) else each) for each in users))
default = (config.get("system_info") or {}).get("default_user") or {}
overrides = config.get("user")
if isinstance(overrides, dict):
    default = {**default, **overrides}
elif isinstance(overrides, str):
    default = {**default, "name": overrides}
say("user", default.get("name"))
say("lock_passwd", switch(default.get("lock_passwd", True)))
say("secrets", " ".join(key for key in ("passwd", "hashed_passwd", "plain_text_passwd", "ssh_authorized_keys") if default.get(key)))
say("secrets", " ".join(key for key in ("password", "ssh_authorized_keys", "chpasswd", "ssh_keys") if config.get(key)))
for name in ("ssh_pwauth", "disable_root", "ssh_deletekeys", "preserve_hostname"):
    say(name, switch(config.get(name)))
network = config.get("network")
say("network", network.get("config") if isinstance(network, dict) else None)
say("end", "reached")
PYTHON
)
value_of() { sed -n "s/^$1"$'\t'"//p" <<<"$merged" | tr '\n' ' ' | sed -E 's/^ +| +$//g'; }

title="cloud-init can merge its configuration"
if [ "$(value_of end)" = reached ]; then
    pass cloud-init.configuration "$title"
else
    fail cloud-init.configuration "$title" "$merged"
fi

expected=${CST_DATASOURCES}
found=$(value_of datasources)
none cloud-init.datasources "cloud-init uses the expected datasources" \
    "$([ "$found" = "$expected" ] || echo "datasource_list is [$found], expected [$expected]")"

# ds-identify is a shell script that reads this list with sed: only on one line, and the last file wins.
line=$({ settings /etc/cloud/cloud.cfg; while read -r file; do settings "$file"; done < <(files /etc/cloud/cloud.cfg.d -name '*.cfg'); } |
    sed -nE 's/^datasource_list:[[:space:]]*//p' | tail -n 1 | sed -E 's/[[:space:]]*#.*//')
none cloud-init.datasources-line "The datasource list is on one line, as ds-identify requires" \
    "$([ "$(tr -d '[] "'"'" <<<"$line")" = "$(tr -d ' ' <<<"$expected")" ] || echo "the last datasource_list line is '$line'")"

policy=$(settings /etc/cloud/ds-identify.cfg | sed -nE 's/^policy:[[:space:]]*//p' | tail -n 1)
title="ds-identify lets cloud-init run"
if [[ $expected == *,* ]]; then
    none cloud-init.ds-identify "$title" \
        "$([ "$policy" != disabled ] || echo "/etc/cloud/ds-identify.cfg says '$policy'")"
else
    # Without an announcement by the hypervisor, detection would disable cloud-init.
    none cloud-init.ds-identify "$title without detection" \
        "$([ "$policy" = enabled ] || echo "/etc/cloud/ds-identify.cfg says '$policy', expected 'enabled'")"
fi

# pulled_in UNIT: whether a unit without an [Install] section of its own is started by another of cloud-init's.
pulled_in() {
    local folder
    if [ "$(readlink "$ROOT/etc/systemd/system/$1")" = /dev/null ]; then return 1; fi
    for folder in /usr/lib/systemd/system /lib/systemd/system; do
        if grep -qE '^(WantedBy|RequiredBy)=' < <(settings "$folder/$1"); then return 1; fi
        if grep -qsE "^(Wants|Requires)=(.*[[:space:]])?${1//./\\.}([[:space:]]|\$)" "$ROOT$folder"/cloud-*.target "$ROOT$folder"/cloud-*.service; then return 0; fi
    done
    return 1
}

# The units differ between versions: all that exist must start. systemd treats an empty file as a masked unit.
off=$(present /etc/cloud/cloud-init.disabled)
units=0
for unit in cloud-init-local cloud-init-main cloud-init-network cloud-init cloud-config cloud-final; do
    unit+=.service
    if [ -n "$(filled "/etc/systemd/system/$unit" "/usr/lib/systemd/system/$unit" "/lib/systemd/system/$unit")" ]; then
        units=$((units + 1))
        if ! unit_enabled "$unit" && ! pulled_in "$unit"; then off+=" $unit is not enabled"; fi
    fi
done
if [ "$units" -lt 4 ]; then off+=" only $units units are installed"; fi
if grep -q 'cloud-init=disabled' < <(settings /boot/grub/grub.cfg /boot/grub2/grub.cfg /etc/default/grub); then
    off+=" the kernel's command line disables it"
fi
none cloud-init.enabled "cloud-init starts at boot" "${off# }"

modules=" $(value_of modules) "
none cloud-init.set-passwords "A password reset works on every boot" \
    "$([[ $modules == *" set-passwords=always "* ]] || echo "the module set_passwords is not set to 'always'")"
reset=""
if [[ $modules != *" ssh=always "* ]]; then
    reset="the module ssh is not set to 'always': an SSH key that is reset in CloudStack does not arrive"
elif [ "$(value_of ssh_deletekeys)" != no ]; then
    reset="ssh_deletekeys is $(value_of ssh_deletekeys): with ssh always, host keys would change on every boot"
fi
none cloud-init.ssh "An SSH key reset works on every boot" "$reset"

user=$(value_of user)
problem=""
if [ "$user" != "$CST_DEFAULT_USER" ]; then problem="default user is '$user', expected '$CST_DEFAULT_USER'. "; fi
if [[ " $(value_of users) " != *" default "* ]]; then problem+="'users' does not contain 'default'. "; fi
if [ -n "$(value_of secrets)" ]; then problem+="the configuration contains $(value_of secrets)"; fi
none cloud-init.default-user "cloud-init creates $CST_DEFAULT_USER without a password or key" "$problem"

locked=$(value_of lock_passwd)
login=$(value_of ssh_pwauth)
if [ "$CST_PASSWORD_ENABLED" = true ]; then
    problem=""
    if [ "$locked" != no ]; then problem="the default user is locked (lock_passwd: $locked). "; fi
    if [ "$login" = no ]; then problem+="ssh_pwauth is no"; fi
    none cloud-init.password-login "The default user can log in with CloudStack's password" "$problem"
else
    problem=""
    if [ "$locked" != yes ]; then problem="the default user is not locked (lock_passwd: $locked). "; fi
    if [ "$login" = yes ]; then problem+="ssh_pwauth is yes"; fi
    none cloud-init.password-login "The default user cannot log in with a password" "$problem"
fi
root=$(value_of disable_root)
title="root can't log in by the instance's key"
if [ "$CST_DEFAULT_USER" = root ]; then
    skip cloud-init.root-login "$title" "root is the default user"
else
    none cloud-init.root-login "$title" "$([ "$root" = yes ] || echo "disable_root is $root")"
fi

none cloud-init.hostname "The hostname is set by CloudStack" \
    "$([ "$(value_of preserve_hostname)" != yes ] || echo "preserve_hostname is set")"
none cloud-init.network "cloud-init may configure the network" \
    "$([ "$(value_of network)" != disabled ] || echo "network: {config: disabled} is set")"

problem=""
if [ -z "$(program growpart)" ]; then problem="the program growpart is missing. "; fi
for module in growpart resizefs; do
    if [[ $modules != *" $module "* && $modules != *" $module="* ]]; then problem+="the module $module is not run. "; fi
done
none cloud-init.grow "The root file system grows with the disk" "$problem"
none cloud-init.wget "wget is installed, with which cloud-init before 26.1 fetches the password" \
    "$([ -n "$(program wget)" ] || echo "wget is not installed")"
