//! The reference: PostGIS on the same cells, alarms and places, in a private server that ends with the measurement.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ran::fact::Alarm;
use ran::network::Question;

use crate::ground::Ground;

/// How long it is asked.
const SECONDS: u32 = 15;

/// What PostGIS reached at one client.
pub struct Measured {
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Of a query, mean.
    pub rows: f64,
    /// Of table and index.
    pub size: String,
}

/// Loads everything and asks for a while.
pub fn measure(ground: &Ground, alarms: &[Alarm], questions: &[Question]) -> Measured {
    let folder = Folder::new();
    let mut cells = folder.file("cells.csv");
    let mut ids = Vec::new();
    for element in ground.inventory().map(|version| version.element) {
        let (place, azimuth) = (element.point.wgs84, element.antenna.azimuth_deg.unwrap_or_default());
        let [site, site_name] = [element.site, element.site_name].map(Option::unwrap_or_default);
        let names = format!("{},{},{site},{site_name}", element.id, element.name);
        writeln!(cells, "{names},{azimuth},{},{}", place.lon(), place.lat()).expect("a row");
        ids.push(element.id);
    }
    cells.flush().expect("the file of cells");
    let mut rows = String::new();
    for alarm in alarms {
        for cell in &ids[ground.touched(alarm)] {
            let (severity, title, raised) = (alarm.severity.name(), &alarm.title, alarm.raised);
            let _: Result<(), _> = writeln!(rows, "{},{cell},{severity},{title},{raised}", alarm.id);
        }
    }
    folder.file("alarms.csv").write_all(rows.as_bytes()).expect("the file of alarms");
    rows.clear();
    for (number, question) in (1..).zip(questions) {
        let _: Result<(), _> = writeln!(rows, "{number},{},{}", question.place.lon(), question.place.lat());
    }
    folder.file("places.csv").write_all(rows.as_bytes()).expect("the file of places");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/province/postgis.sh");
    let told = Command::new("bash").arg(script).arg(&folder.0).arg(SECONDS.to_string()).output().expect("bash starts");
    let text = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success(), "postgis.sh failed: {}", String::from_utf8_lossy(&told.stderr));
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [per_second, p50, p99, rows, size] = numbers[..] else { panic!("postgis.sh says {text}") };
    let micros = |micros: f64| Duration::from_secs_f64(micros / 1e6);
    Measured { per_second, p50: micros(p50), p99: micros(p99), rows, size: format!("table and index {size:.0} MB") }
}

/// A folder that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("shouwen-bench-postgis-{}", std::process::id()));
        std::fs::create_dir(&folder).expect("a folder for the measurement");
        Self(folder)
    }

    fn file(&self, name: &str) -> std::io::BufWriter<std::fs::File> {
        std::io::BufWriter::new(std::fs::File::create(self.0.join(name)).expect("a file for the measurement"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
