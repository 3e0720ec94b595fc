// expected-error @below {{undeclared}}
"a"(%x) : (i32) -> ()

// -----

"a"(%x) : (i32) -> ()
// expected-error @above {{undeclared}}

// -----
// expected-error @+1 {{missing}}
"a"() : () -> ()
// -----
"a"(%x) : (i32) -> ()
