"a"(%x) : (i32) -> ()
// expected-error @above {{undeclared}}
// expected-error @above {{use of}}
