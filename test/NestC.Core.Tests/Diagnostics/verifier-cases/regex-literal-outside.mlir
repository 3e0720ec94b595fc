// expected-error-re @+1 {{use.of}}
"a"(%x) : (i32) -> ()
