// expected-note @+2 {{undeclared}}
// expected-error @+1 {{undeclared}}
"a"(%x) : (i32) -> ()
