// expected-error @+1 {{use {{.*}} SSA}}
"a"(%x) : (i32) -> ()
