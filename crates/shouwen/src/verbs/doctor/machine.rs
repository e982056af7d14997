//! What the machine gives: directory, disk, key file, open files.

use std::path::Path;

use app::doctor::Finding;
use app::safekeeping::key_path;
use store::Location;

/// Below this much space a service soon cannot write, MiB.
const NO_SPACE: u64 = 512;
/// Below this much somebody should look, MiB.
const LITTLE_SPACE: u64 = 5 * 1024;
/// Fewer open files than this are not enough for the connections of a branch.
const FEW_FILES: u64 = 1024;
/// Fewer than this may not be.
const ENOUGH_FILES: u64 = 4096;

/// Everything about the machine.
pub fn findings(location: &Location) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Location::Directory(directory) = location {
        if !directory.is_dir() {
            let place = directory.display();
            return vec![Finding::error(
                "directory",
                format!("{place} 不是目录：请用 --data 指明数据目录"),
                format!("{place} is no directory: name the data directory with --data"),
            )];
        }
        #[cfg(unix)]
        findings.extend(unix::directory(directory));
    }
    findings.push(key_file(&key_path(location)));
    #[cfg(unix)]
    findings.push(files(unix::open_files()));
    findings
}

fn key_file(path: &Path) -> Finding {
    let place = path.display();
    let Ok(found) = path.metadata() else {
        return Finding::error(
            "key-file",
            format!("找不到密钥文件 {place}：请放回，或用 SHOUWEN_KEY_FILE 指明；没有它，号码和姓名再也打不开"),
            format!(
                "the key file {place} is not there: put it back, or name it with SHOUWEN_KEY_FILE; without it phones and names \
                 cannot be read again"
            ),
        );
    };
    if found.len() != 32 {
        return Finding::error(
            "key-file",
            format!("{place} 不是密钥文件：应为 32 字节，现为 {} 字节", found.len()),
            format!("{place} is no key file: it has 32 bytes, this has {}", found.len()),
        );
    }
    #[cfg(unix)]
    if let Some(mode) = unix::open_to_others(&found) {
        return Finding::error(
            "key-file",
            format!("别人也能读密钥文件 {place}（{mode:o}）：chmod 600 {place}"),
            format!("others can read the key file {place} ({mode:o}): chmod 600 {place}"),
        );
    }
    Finding::sound("key-file", place.to_string(), place.to_string())
}

fn space(free: u64, place: &Path) -> Finding {
    let (place, gib) = (place.display(), free as f64 / 1024.0);
    let (zh, en) = (format!("{place} 还有 {gib:.1} GiB"), format!("{gib:.1} GiB are free in {place}"));
    match free {
        ..NO_SPACE => Finding::error("disk", format!("{zh}：马上写不下了，请腾出空间"), format!("{en}: make room now")),
        NO_SPACE..LITTLE_SPACE => Finding::warning("disk", format!("{zh}：请腾出空间"), format!("{en}: make room")),
        LITTLE_SPACE.. => Finding::sound("disk", zh, en),
    }
}

fn files(most: Option<u64>) -> Finding {
    let Some(most) = most else { return Finding::sound("ulimit", "不限", "no limit") };
    let (zh, en) = (format!("最多打开 {most} 个文件"), format!("{most} files may be open"));
    let mend = "LimitNOFILE=65536";
    match most {
        ..FEW_FILES => Finding::error("ulimit", format!("{zh}：太少，{mend}"), format!("{en}: too few, {mend}")),
        FEW_FILES..ENOUGH_FILES => Finding::warning("ulimit", format!("{zh}：{mend}"), format!("{en}: {mend}")),
        ENOUGH_FILES.. => Finding::sound("ulimit", zh, en),
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::{Metadata, OpenOptions};
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    use app::doctor::Finding;

    /// File systems of a network, by the kernel's numbers: NFS, SMB, CIFS, Ceph, 9p, FUSE.
    #[cfg(target_os = "linux")]
    const REMOTE: [i64; 6] = [0x6969, 0x517b, 0xff53_4d42, 0x00c3_6400, 0x0102_1997, 0x6573_5546];

    /// The data directory: whose it is, who may read it, whether it can be written, what it lies on.
    pub(super) fn directory(directory: &Path) -> Vec<Finding> {
        let place = directory.display();
        let mut findings = Vec::new();
        if let Ok(found) = directory.metadata() {
            findings.push(rights(directory, &found));
        }
        let file = directory.join("shouwen.db");
        if file.exists() && OpenOptions::new().append(true).open(&file).is_err() {
            findings.push(Finding::error(
                "directory",
                format!("{} 不能写：请以服务的账号运行", file.display()),
                format!("{} cannot be written: run as the service's account", file.display()),
            ));
        }
        #[cfg(target_os = "linux")]
        if rustix::fs::statfs(directory)
            .is_ok_and(|on| REMOTE.iter().any(|remote| i128::from(*remote) == i128::from(on.f_type)))
        {
            findings.push(Finding::error(
                "disk",
                format!("{place} 在网络文件系统上：SQLite 在那里不能保证不丢数据，请移到本地磁盘"),
                format!("{place} lies on a network file system, which does not keep SQLite's promises: move it to a local disk"),
            ));
        }
        if let Ok(disk) = rustix::fs::statvfs(directory) {
            findings.push(super::space((disk.f_bavail * disk.f_frsize) >> 20, directory));
        }
        findings
    }

    fn rights(directory: &Path, found: &Metadata) -> Finding {
        let (place, us) = (directory.display(), rustix::process::geteuid().as_raw());
        if let Some(mode) = open_to_others(found) {
            return Finding::error(
                "directory",
                format!("别人也能看 {place}（{mode:o}）：chmod 700 {place}"),
                format!("others can look into {place} ({mode:o}): chmod 700 {place}"),
            );
        }
        if found.uid() != us && us != 0 {
            return Finding::error(
                "directory",
                format!("{place} 属于账号 {}，而现在以 {us} 运行", found.uid()),
                format!("{place} belongs to account {}, this runs as {us}", found.uid()),
            );
        }
        Finding::sound("directory", place.to_string(), place.to_string())
    }

    /// The rights of others, where they have any.
    pub(super) fn open_to_others(found: &Metadata) -> Option<u32> {
        (found.mode() & 0o077 != 0).then_some(found.mode() & 0o777)
    }

    /// How many files may be open; nothing where there is no limit.
    pub(super) fn open_files() -> Option<u64> {
        rustix::process::getrlimit(rustix::process::Resource::Nofile).current
    }
}

#[cfg(test)]
mod tests {
    use app::doctor::Severity;

    use super::*;

    #[test]
    fn space_and_files_are_judged_by_how_much_there_is() {
        let disk = |mib| space(mib, Path::new("/data")).severity;
        assert_eq!([disk(0), disk(511)], [Severity::Error; 2]);
        assert_eq!([disk(512), disk(5 * 1024 - 1)], [Severity::Warning; 2]);
        assert_eq!(disk(5 * 1024), Severity::Sound);
        assert_eq!(files(Some(256)).severity, Severity::Error);
        assert_eq!(files(Some(1024)).severity, Severity::Warning);
        assert_eq!([files(Some(65_536)).severity, files(None).severity], [Severity::Sound; 2]);
    }
}
