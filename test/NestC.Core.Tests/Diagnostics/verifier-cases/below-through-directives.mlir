// expected-error @below {{undeclared}}
// expected-error @below {{use of}}
"a"(%x) : (i32) -> ()
