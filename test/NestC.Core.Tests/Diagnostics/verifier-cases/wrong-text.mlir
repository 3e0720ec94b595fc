// expected-error @+1 {{not this}}
"a"(%x) : (i32) -> ()
