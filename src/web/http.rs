//! One POST by `fetch` (<https://fetch.spec.whatwg.org/>): no cookies, no cache, no referrer, no redirect to
//! a host nobody chose, and no more of the body than the person allows.

use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, ReadableStreamDefaultReader, ReferrerPolicy, Request, RequestCache, RequestCredentials,
    RequestInit, RequestRedirect, Response,
};

use crate::io::{HttpRequest, SendError};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(request: &Request) -> Promise;
}

type HttpReply = (u16, Vec<(String, String)>, Vec<u8>);

/// Sends and reads the whole reply. Reports the URL as the browser normalises it before anything is sent.
pub(super) async fn post(
    http: HttpRequest,
    signal: &AbortSignal,
    goes: impl FnOnce(&str),
) -> Result<HttpReply, SendError> {
    let cap = http.max_body_bytes;
    let all_headers = http.all_headers;
    let request = request(http, signal).map_err(|_| SendError::BadRequest)?;
    goes(&request.url());
    let response = JsFuture::from(fetch(&request)).await.map_err(|_| SendError::Network)?;
    let response: Response = response.dyn_into().map_err(|_| SendError::Network)?;
    // An opaque-redirect filtered response: status 0, and no target.
    if response.status() == 0 {
        return Err(SendError::Redirect);
    }
    let headers = headers(&response.headers(), all_headers);
    let body = body(&response, cap).await?;
    Ok((response.status(), headers, body))
}

fn request(http: HttpRequest, signal: &AbortSignal) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &http.headers {
        headers.set(name, value.expose())?;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&Uint8Array::from(http.body.as_slice()));
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    // Not `error`: that would look like a server that cannot be reached.
    init.set_redirect(RequestRedirect::Manual);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(signal));
    Request::new_with_str_and_init(&http.url, &init)
}

fn headers(headers: &Headers, all: bool) -> Vec<(String, String)> {
    if !all {
        let value = headers.get("retry-after").ok().flatten();
        return value.map(|v| ("retry-after".to_owned(), v)).into_iter().collect();
    }
    let entries = headers.entries().into_iter().filter_map(Result::ok);
    let pair = |entry: JsValue| {
        let entry: Array = entry.dyn_into().ok()?;
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    entries.filter_map(pair).collect()
}

/// Reads the body chunk by chunk. The cap counts bytes as they arrive. A declared length above the cap refuses the body
/// early; otherwise the length is ignored, because it means nothing with chunked coding.
async fn body(response: &Response, cap: u64) -> Result<Vec<u8>, SendError> {
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let length = header("content-length").and_then(|l| l.parse::<u64>().ok());
    if length.is_some_and(|l| l > cap) {
        return Err(SendError::TooLarge);
    }
    let Some(stream) = response.body() else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into().map_err(|_| SendError::Network)?;
    let mut bytes = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(|_| SendError::Network)?;
        if Reflect::get(&chunk, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return Ok(bytes);
        }
        let value = Reflect::get(&chunk, &"value".into()).map_err(|_| SendError::Network)?;
        let value: Uint8Array = value.dyn_into().map_err(|_| SendError::Network)?;
        if (bytes.len() as u64).saturating_add(u64::from(value.length())) > cap {
            // The rest is not needed. Whether the server learns that does not matter.
            let _ = reader.cancel();
            return Err(SendError::TooLarge);
        }
        let start = bytes.len();
        bytes.resize(start + value.length() as usize, 0);
        if let Some(end) = bytes.get_mut(start..) {
            value.copy_to(end);
        }
    }
}
