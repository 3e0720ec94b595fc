// expected-error-re @+1 {{use {{*}} SSA}}
"a"(%x) : (i32) -> ()
