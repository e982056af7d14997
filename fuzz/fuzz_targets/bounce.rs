#![no_main]

libfuzzer_sys::fuzz_target!(init: shouwen_fuzz::guarded(), |data: &[u8]| shouwen_fuzz::targets::bounce(data));
