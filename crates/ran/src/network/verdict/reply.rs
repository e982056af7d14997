//! A reply to start from: plain words, no names of cells, no promise that is not known to be kept.

use domain::check::{Bilingual, Cause, Confidence, Service};
use domain::place::Setting;

use super::words::both;
use crate::network::Question;

/// The draft for a cause.
pub(super) fn draft(cause: Cause, confidence: Confidence, question: &Question) -> Bilingual {
    let (service_zh, service_en) = match question.service {
        Service::Voice => ("通话", "calls"),
        Service::Data => ("上网", "mobile data"),
    };
    let (likely_zh, likely_en) = match confidence {
        Confidence::High => ("", ""),
        Confidence::Medium => ("很可能", " most likely"),
        Confidence::Low => ("可能", " possibly"),
    };
    let (zh, en) = match cause {
        Cause::Fault => (
            format!(
                "经核查，您所在位置附近的网络设备当时出现故障，{likely_zh}影响了您的{service_zh}。我们已记录该情况并将安排维修人员跟进，处理结果会主动告知您"
            ),
            format!(
                "network equipment near you had a fault at that time, which{likely_en} affected your {service_en}. We have recorded it, our maintenance staff will follow it up, and we will tell you the result"
            ),
        ),
        Cause::Outage => (
            format!(
                "经核查，您所在位置附近的网络设备当时未提供服务，{likely_zh}影响了您的{service_zh}。我们会核实原因和恢复情况，并主动告知您"
            ),
            format!(
                "network equipment near you was out of service at that time, which{likely_en} affected your {service_en}. We will find out why and when it returns, and tell you"
            ),
        ),
        Cause::Relocation => (
            format!(
                "经核查，您所在位置附近的网络设备近期有搬迁或拆除，{likely_zh}使周边信号发生变化，影响了您的{service_zh}。我们会核实现场覆盖情况，并主动告知您后续安排"
            ),
            format!(
                "network equipment near you was recently moved or taken down, which{likely_en} changed the signal around you and affected your {service_en}. We will check the coverage on site and tell you what follows"
            ),
        ),
        Cause::Interference => (
            format!(
                "经核查，您所在位置附近的网络当时受到信号干扰，{likely_zh}影响了您的{service_zh}。我们会安排排查干扰来源，并主动告知您进展"
            ),
            format!(
                "the network near you suffered from radio interference at that time, which{likely_en} affected your {service_en}. We will look for its source and keep you informed"
            ),
        ),
        Cause::PlannedWork => (
            format!(
                "经核查，您所在位置附近的网络当时正在进行施工或升级，{likely_zh}影响了您的{service_zh}。我们会核实完成情况，并主动告知您"
            ),
            format!(
                "work was being carried out on the network near you at that time, which{likely_en} affected your {service_en}. We will check when it is completed and tell you"
            ),
        ),
        Cause::WeakCoverage => {
            let (inside_zh, inside_en) = match question.setting {
                Setting::Indoor => ("室内", " indoors"),
                Setting::Outdoor | Setting::Unstated => ("", ""),
            };
            (
                format!(
                    "经核查，您所在位置{inside_zh}的信号{likely_zh}较弱，会影响{service_zh}。我们会安排核实现场信号，并告知您可行的改善办法"
                ),
                format!(
                    "the signal at your place{inside_en} is{likely_en} weak, which affects {service_en}. We will verify it on site and tell you what can be done"
                ),
            )
        }
        Cause::NothingFound => (
            format!(
                "经初步核查，您所在位置附近的网络设备当时未发现异常。为找到影响您{service_zh}的原因，我们想再向您了解一些情况，如具体位置、出现时间和手机型号，必要时安排现场测试"
            ),
            format!(
                "our first check found nothing wrong with the network equipment near you at that time. To find what affects your {service_en} we would like to ask a few more questions, such as the exact place, the time and your phone, and test on site where needed"
            ),
        ),
        Cause::Unknown => (
            format!(
                "您反映的{service_zh}问题我们已经记录，目前掌握的信息还不足以判断原因。我们会进一步核查，并主动与您联系"
            ),
            format!(
                "we have recorded your problem with {service_en}. What we know so far is not enough to tell the cause; we will look further into it and contact you"
            ),
        ),
    };
    both(
        format!("您好，{zh}。给您带来不便，敬请谅解。"),
        format!("Dear customer, {en}. We are sorry for the inconvenience."),
    )
}
