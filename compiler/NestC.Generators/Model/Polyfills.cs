namespace System.Runtime.CompilerServices;

// What records and init accessors need, and netstandard2.0 lacks.
internal static class IsExternalInit;
