using NestC.Passes.Transforms;

namespace NestC.Passes;

/// <summary>The one explicit list of passes and named pipelines that tools know.</summary>
public static class Pipelines
{
    /// <summary>Adds every pass and pipeline.</summary>
    public static PassRegistry Register(PassRegistry registry)
    {
        RegisterTransforms(registry);
        return registry;
    }

    private static void RegisterTransforms(PassRegistry registry) => registry
        .Add("cse", static () => new CsePass());
}
