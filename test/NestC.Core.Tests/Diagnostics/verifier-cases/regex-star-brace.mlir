// expected-error-re @+1 {{use of {{[a-z]{10}}} SSA}}
"a"(%x) : (i32) -> ()
