// The floor of a Node-API call, by node-addon-api: what `../src/lib.rs` does by napi-rs.
#include <napi.h>

#include <string>

static void Nothing(const Napi::CallbackInfo&) {}

/** A host name in, its length out: what a lookup that is answered at once must do at least. */
static Napi::Value Length(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>();
  return Napi::Number::New(info.Env(), static_cast<double>(name.size()));
}

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("nothing", Napi::Function::New(env, Nothing));
  exports.Set("length", Napi::Function::New(env, Length));
  return exports;
}

NODE_API_MODULE(call_floor, Init)
