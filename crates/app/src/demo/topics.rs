//! What customers complain about, in the tree of the trade and in their own words.

use domain::check::{Service, Technology};

use super::dice::Dice;
use super::places::Kind;

/// One leaf of the phenomena with what people say.
#[derive(Debug)]
pub(super) struct Topic {
    /// 业务域→制式/业务→现象; the scene is added.
    pub path: &'static str,
    pub title: &'static str,
    pub service: Service,
    pub technology: Option<Technology>,
    pub said: [&'static str; 3],
}

const fn topic(
    path: &'static str,
    title: &'static str,
    service: Service,
    technology: Option<Technology>,
    said: [&'static str; 3],
) -> Topic {
    Topic { path, title, service, technology, said }
}

use Service::{Data, Voice};
use Technology::{Lte, Nr};

/// When a station is down or disturbed.
#[rustfmt::skip]
const BROKEN: [Topic; 7] = [
    topic("覆盖→4G→无信号", "突然无信号", Data, None, ["手机突然没有信号，之前一直正常", "一格信号都没有，电话也打不进来", "信号时有时无，大部分时间显示无服务"]),
    topic("数据→4G→无法上网", "无法上网", Data, None, ["有信号但完全上不了网，重启过手机也不行", "微信发不出去，网页打不开", "流量开着，什么都刷不出来"]),
    topic("数据→4G→上网慢", "上网慢", Data, Some(Lte), ["上网特别慢，短视频一直转圈", "网速很慢，测速不到一兆", "刷网页要等半天，图片加载不出来"]),
    topic("语音→VoLTE→掉话", "通话掉话", Voice, None, ["打电话说不到两分钟就断", "通话经常自己断开，要重拨几次", "接电话时老掉线，影响生意"]),
    topic("语音→VoLTE→无法主叫/被叫", "打不通电话", Voice, None, ["电话打不出去，别人打进来说不在服务区", "拨号后没有声音就挂断", "来电提醒收到一堆，但手机没响过"]),
    topic("数据→5G→5G不驻留/频繁切换", "5G掉回4G", Data, Some(Nr), ["之前一直是5G，这两天只显示4G", "5G和4G来回跳，网络断断续续", "5G信号没有了，套餐白开了"]),
    topic("数据→4G→时断时续", "时断时续", Data, None, ["网络时断时续，开会老掉线", "一会儿有网一会儿没网", "信号跳来跳去，付款码都打不开"]),
];

/// Where coverage does not reach.
#[rustfmt::skip]
const WEAK: [Topic; 5] = [
    topic("覆盖→4G→室内弱", "室内信号弱", Data, None, ["室内信号只有一格，进卧室就没有", "家里信号差，要到窗边才能打电话", "屋里上网卡，走到外面就好"]),
    topic("覆盖→4G→地下车库", "地下车库无信号", Data, None, ["地下车库没有信号，扫码出不去", "负二层完全无服务", "停车场里电话打不通"]),
    topic("覆盖→4G→电梯", "电梯无信号", Voice, None, ["电梯里没信号，被困都没法求助", "一进电梯电话就断", "电梯里通话必掉"]),
    topic("覆盖→4G→信号弱", "信号弱", Data, Some(Lte), ["信号一直弱，只有一两格", "这一片信号都不好，邻居也这样", "信号弱，视频看不了"]),
    topic("语音→VoLTE→杂音断续", "通话断续", Voice, None, ["通话断断续续，对方听不清", "电话里有杂音，像在水里说话", "讲电话要站到院子里才听得清"]),
];

/// Everything else.
#[rustfmt::skip]
const OTHER: [Topic; 7] = [
    topic("数据→4G→上网慢", "晚上网速慢", Data, Some(Lte), ["每天晚上八点以后网速就很慢", "晚高峰看视频卡顿", "人多的时候基本上不了网"]),
    topic("数据→5G→时延高(游戏/视频会议)", "游戏延迟高", Data, Some(Nr), ["打游戏延迟一两百，老掉线", "视频会议卡成幻灯片", "玩游戏经常460"]),
    topic("数据→4G→特定网站/APP异常", "某APP打不开", Data, None, ["就一个APP打不开，其他都正常", "某个视频软件一直缓冲，换网络就好", "单位的办公软件登不上"]),
    topic("语音→VoLTE→接续慢", "接通慢", Voice, None, ["拨号后要等十几秒才有声音", "打电话接通特别慢", "按了拨号半天没反应"]),
    topic("短彩信→4G→收不到/发不出", "收不到验证码", Voice, None, ["收不到短信验证码", "短信发出去显示失败", "银行的短信隔很久才收到"]),
    topic("基础设施→基站建设/辐射", "质疑基站辐射", Data, None, ["楼顶装了天线，担心有辐射", "要求说明楼顶基站是否有环评", "天线对着窗户，要求调整"]),
    topic("覆盖→5G→信号弱", "5G信号弱", Data, Some(Nr), ["5G信号很弱，经常掉到4G", "家里收不到5G", "办公室里5G只有一格"]),
];

/// Which family a complaint draws from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Broken,
    Weak,
    Other,
}

/// A topic of a family.
pub(super) fn draw(dice: &mut Dice, family: Family) -> &'static Topic {
    match family {
        Family::Broken => dice.pick(&BROKEN),
        Family::Weak => dice.pick(&WEAK),
        Family::Other => dice.pick(&OTHER),
    }
}

/// Where exactly within such a place, and whether that is indoors.
pub(super) fn spot_within(dice: &mut Dice, kind: Kind) -> (&'static str, bool) {
    let (indoors, outdoors): (&[&str], &[&str]) = match kind {
        Kind::Estate => (&["家里", "3栋12楼家里", "7栋二单元家中", "卧室和书房"], &["小区里", "小区门口"]),
        Kind::House => (&["店里", "家里", "二楼", "门面房内"], &["门口", "路边"]),
        Kind::Office => (&["15楼办公室", "会议室", "工位上"], &["楼下"]),
        Kind::Mall => (&["负一楼超市", "三楼餐饮区", "影院里"], &["广场上"]),
        Kind::Hospital => (&["住院部", "门诊三楼", "检查室外"], &["院内"]),
        Kind::School => (&["宿舍", "教学楼", "图书馆"], &["操场"]),
        Kind::Metro | Kind::Station => (&["站厅", "站台", "候车室"], &["出站口"]),
        Kind::Village => (&["家里", "屋里"], &["村口", "院坝里", "村道上"]),
        Kind::Park => (&["游客中心"], &["湖边", "步道上"]),
        Kind::Plant => (&["车间", "仓库", "宿舍楼"], &["厂门口"]),
        Kind::Hotel => (&["房间里", "大堂"], &["门口"]),
        Kind::Government => (&["办事大厅", "办公室"], &["门口"]),
    };
    let inside = dice.chance(0.7);
    (*dice.pick(if inside { indoors } else { outdoors }), inside)
}

/// The scene of the phenomena tree for such a place.
pub(super) const fn scene(kind: Kind, inside: bool) -> &'static str {
    match (kind, inside) {
        (Kind::Village, _) => "村庄/山区",
        (_, false) => "室外",
        (Kind::Estate | Kind::House | Kind::Hotel, true) => "室内(住宅)",
        (Kind::Office | Kind::Government, true) => "室内(写字楼)",
        (Kind::Mall, true) => "室内(商场)",
        (Kind::School, true) => "室内(校园)",
        (Kind::Hospital, true) => "室内(医院)",
        (Kind::Plant, true) => "室内(厂区)",
        (Kind::Metro | Kind::Station, true) => "高铁/地铁/隧道",
        (Kind::Park, true) => "室内",
    }
}
