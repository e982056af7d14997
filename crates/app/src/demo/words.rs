//! The words invented names are made of, each with its spelling in Latin letters.

use std::collections::HashSet;

use super::dice::Dice;

/// A name in both scripts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub zh: String,
    pub en: String,
}

impl Name {
    pub fn new(zh: &str, en: &str) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// With a word behind it: 听澜 + 路 = 听澜路, Tinglan Road.
    pub fn with(&self, zh: &str, en: &str) -> Self {
        Self { zh: format!("{}{zh}", self.zh), en: format!("{} {en}", self.en) }
    }
}

/// The city, which is on no map: neither the list of cities and counties nor that of towns knows the name.
pub(super) const CITY: (&str, &str) = ("澄渚市", "Chengzhu");
/// Its river.
pub(super) const RIVER: (&str, &str) = ("漪江", "Yi River");

/// What a name may end with: 路, Road.
pub(super) type Endings = &'static [(&'static str, &'static str)];

const FIRST: [(&str, &str); 26] = [
    ("听", "Ting"),
    ("望", "Wang"),
    ("映", "Ying"),
    ("揽", "Lan"),
    ("栖", "Qi"),
    ("松", "Song"),
    ("竹", "Zhu"),
    ("枫", "Feng"),
    ("棠", "Tang"),
    ("桂", "Gui"),
    ("槐", "Huai"),
    ("荷", "He"),
    ("晴", "Qing"),
    ("霁", "Ji"),
    ("云", "Yun"),
    ("澄", "Cheng"),
    ("碧", "Bi"),
    ("锦", "Jin"),
    ("瑞", "Rui"),
    ("嘉", "Jia"),
    ("鹤", "He"),
    ("鹭", "Lu"),
    ("梧", "Wu"),
    ("兰", "Lan"),
    ("芷", "Zhi"),
    ("沁", "Qin"),
];

const SECOND: [(&str, &str); 20] = [
    ("澜", "lan"),
    ("渚", "zhu"),
    ("岚", "lan"),
    ("屿", "yu"),
    ("汀", "ting"),
    ("泉", "quan"),
    ("溪", "xi"),
    ("涧", "jian"),
    ("岭", "ling"),
    ("台", "tai"),
    ("坪", "ping"),
    ("苑", "yuan"),
    ("桥", "qiao"),
    ("渡", "du"),
    ("塘", "tang"),
    ("井", "jing"),
    ("霞", "xia"),
    ("湾", "wan"),
    ("麓", "lu"),
    ("芜", "wu"),
];

/// Family names, in customers, colleagues and villages.
pub(super) const FAMILY: [&str; 32] = [
    "陈", "林", "周", "吴", "郑", "冯", "蒋", "沈", "韩", "杨", "朱", "秦", "许", "何", "吕", "施", "张", "孔", "曹",
    "严", "金", "魏", "陶", "姜", "谢", "邹", "苏", "潘", "葛", "范", "彭", "鲁",
];
const GIVEN: [&str; 30] = [
    "敏", "强", "静", "磊", "洋", "艳", "勇", "娟", "涛", "明", "超", "秀兰", "霞", "平", "刚", "桂英", "文", "志远",
    "晓峰", "雨桐", "佳怡", "建国", "春梅", "海波", "思齐", "若溪", "一鸣", "立群", "玉珍", "新宇",
];
const VILLAGE: [(&str, &str); 9] = [
    ("坝", "ba"),
    ("沟", "gou"),
    ("坪", "ping"),
    ("湾", "wan"),
    ("垭", "ya"),
    ("坡", "po"),
    ("院子", "yuanzi"),
    ("河口", "hekou"),
    ("场", "chang"),
];

/// Hands out names, each once.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// A fresh name: two characters and an ending. The two characters may come again with another ending.
    pub fn fresh_with(&mut self, dice: &mut Dice, endings: &[(&str, &str)]) -> Name {
        loop {
            let (first, second) = (*dice.pick(&FIRST), *dice.pick(&SECOND));
            let ending = *dice.pick(endings);
            let name = Name { zh: format!("{}{}", first.0, second.0), en: format!("{}{}", first.1, second.1) };
            let name = name.with(ending.0, ending.1);
            if self.taken.insert(name.zh.clone()) {
                return name;
            }
        }
    }

    /// A fresh village: 陈家湾村.
    pub fn village(&mut self, dice: &mut Dice) -> Name {
        loop {
            let (family, land) = (*dice.pick(&FAMILY), *dice.pick(&VILLAGE));
            let zh = format!("{family}家{}村", land.0);
            if self.taken.insert(zh.clone()) {
                return Name { en: format!("{zh} village"), zh };
            }
        }
    }

    /// Keeps a name from being given again.
    pub fn take(&mut self, zh: &str) {
        self.taken.insert(zh.to_owned());
    }
}

/// Somebody's name.
pub(super) fn person(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&FAMILY), dice.pick(&GIVEN))
}
