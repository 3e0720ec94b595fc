// expected-error @+4 {{undeclared}}

// -----

"a"(%x) : (i32) -> ()
