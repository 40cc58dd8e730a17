# Makes the root folder of a container, and becomes its first process. Used by containers.py, in
# namespaces of its own (mounts, processes, control groups; for docker also names and network).
#
# In the environment: FLAVOUR (docker or nspawn), NAME of the host, INIT (the init of its system),
# TARGET (an empty folder for its root), STORE (the folder that is /nix/store), DEBIAN (a Debian
# root that stands at /debian and, writable, at /usr; empty when the store has every program), HOSTS
# and DEPLOYMENT (files), SHARED (a folder), CONSOLE (a file), BRIDGE (of the network, for nspawn).
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=0755 root "$TARGET"
cd "$TARGET"
mkdir -p bin dev etc/nxc etc/ssh home nix/store proc root/.ssh run sys tmp usr var/nxc/shared .own
mount --bind "$STORE" nix/store
mount -o remount,bind,ro nix/store

# Programs of a Debian root, without its own units and rules.
debian() {
  mkdir -p debian .own/upper .own/work lib64
  mount --bind "$DEBIAN" debian
  mount -o remount,bind,ro debian
  mount -t overlay -o "lowerdir=$DEBIAN/usr,upperdir=.own/upper,workdir=.own/work" usr usr
  ln -s usr/lib lib
  ln -s usr/sbin sbin
  ln -s /debian/usr/lib64/ld-linux-x86-64.so.2 lib64/
  ln -s /debian/usr/bin/mount /debian/usr/bin/umount bin/
  ln -s /debian/usr/bin/bash bin/sh
  for folder in systemd/{system,user,network,system-preset,user-preset} tmpfiles.d sysusers.d \
    sysctl.d modprobe.d modules-load.d environment.d binfmt.d; do
    rm -rf "usr/lib/$folder"
    mkdir -p "usr/lib/$folder"
  done
  for generator in usr/lib/systemd/system-generators/*; do
    case ${generator##*/} in systemd-*) ;; *) rm "$generator" ;; esac
  done
}

# The mounts of docker-compose.json, and the devices that Docker gives to a container.
docker() {
  hostname "$NAME"
  mount -t proc proc proc
  mount -t sysfs -o ro sys sys
  mkdir -p sys/fs/cgroup
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mount -t tmpfs -o mode=755,nosuid dev dev
  mkdir dev/{pts,shm,mqueue}
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=3 devpts dev/pts
  mount -t tmpfs -o mode=1777 shm dev/shm
  mount -t mqueue mqueue dev/mqueue
  for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
    IFS=: read -r name major minor <<<"$device"
    mknod -m 666 "dev/$name" c "$major" "$minor"
  done
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  for stream in 0:stdin 1:stdout 2:stderr; do
    ln -s "/proc/self/fd/${stream%%:*}" "dev/${stream##*:}"
  done
  touch dev/console
  mount --bind "$CONSOLE" dev/console
  mount -t tmpfs run run
  mkdir run/wrappers
  mount -t tmpfs -o exec,suid wrappers run/wrappers
  mount -t tmpfs -o exec,mode=777 tmp tmp
  mount --bind "$SHARED" var/nxc/shared
  touch etc/nxc/deployment.json etc/hosts etc/resolv.conf etc/hostname
  echo "$NAME" >.own/hostname
  echo >.own/resolv.conf
  mount --bind "$DEPLOYMENT" etc/nxc/deployment.json
  mount --bind "$HOSTS" etc/hosts
  mount --bind .own/hostname etc/hostname
  mount --bind .own/resolv.conf etc/resolv.conf
  mkdir .old
  pivot_root . .old
  exec chroot . /bin/sh -c "umount -l /.old; exec env -i container=docker NIX_REMOTE= HOME=/root \
    TERM=dumb PATH=/bin:/usr/bin:/run/current-system/sw/bin $INIT" </dev/null >>/dev/console 2>&1
}

# The folder that NixOS Compose prepares, and systemd-nspawn: that of the Debian root, if there is
# one, which has the version of the systemd in the container.
nspawn() {
  echo "$NAME" >etc/nxc/hostname
  ln -s "${INIT%/init}/etc/os-release" etc/os-release
  mount -t tmpfs run run
  mount --rbind "$TARGET" "$TARGET"
  exec >>"$CONSOLE" 2>&1
  start="systemd-nspawn --register=no --keep-unit --machine=$NAME --network-bridge=$BRIDGE \
    --resolv-conf=off --timezone=off --link-journal=no --console=pipe"
  if [ -z "$DEBIAN" ]; then
    exec $start --directory="$TARGET" "$INIT" </dev/null
  fi
  outer=$TARGET.outer
  mkdir "$outer"
  mount --bind "$DEBIAN" "$outer"
  mount -t proc proc "$outer/proc"
  mount --bind /sys "$outer/sys"
  mount -t cgroup2 cgroup2 "$outer/sys/fs/cgroup"
  mount --rbind /dev "$outer/dev"
  mount -t tmpfs tmp "$outer/tmp"
  mkdir "$outer"/tmp/{machine,old}
  mount --rbind "$TARGET" "$outer/tmp/machine"
  mount -t tmpfs run "$outer/run"
  echo 0123456789abcdef0123456789abcdef >"$outer/tmp/id"
  mount --bind "$outer/tmp/id" "$outer/etc/machine-id"
  cd "$outer"
  pivot_root . tmp/old
  exec chroot . /bin/bash -c \
    "umount -l /tmp/old; exec $start --directory=/tmp/machine $INIT" </dev/null
}

[ -z "$DEBIAN" ] || debian
"$FLAVOUR"
