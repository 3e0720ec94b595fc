using NestC.IR;

namespace NestC.Dialects.Demo;

/// <summary>The dialect of the cookbook.</summary>
[Dialect("demo")]
public sealed partial class DemoDialect(NestContext context) : Dialect(context, "demo");
