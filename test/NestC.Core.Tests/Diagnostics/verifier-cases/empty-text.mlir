// expected-error @+1 {{}}
"a"(%x) : (i32) -> ()
