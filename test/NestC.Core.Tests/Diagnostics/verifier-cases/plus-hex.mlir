// expected-error @+0x1 {{undeclared}}
"a"(%x) : (i32) -> ()
