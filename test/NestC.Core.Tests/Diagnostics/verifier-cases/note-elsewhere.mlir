// expected-note @below {{existing symbol}}
func.func @f() {
  return
}
// expected-error @below {{redefinition of symbol named 'f'}}
func.func @f() {
  return
}
