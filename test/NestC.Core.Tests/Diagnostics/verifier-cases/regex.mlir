// expected-error-re @+1 {{use {{.*}} SSA value}}
"a"(%x) : (i32) -> ()
