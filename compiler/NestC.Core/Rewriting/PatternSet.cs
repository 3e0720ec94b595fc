namespace NestC.Rewriting;

/// <summary>A set of rewrite patterns.</summary>
public sealed class PatternSet
{
}
