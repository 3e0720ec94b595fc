"a"(%x) : (i32) -> () // expected-error {{undeclared}}
// expected-error @below {{undeclared}}