// expected-error @+2 {{undeclared}}
"a"(%x) : (i32) -> ()
