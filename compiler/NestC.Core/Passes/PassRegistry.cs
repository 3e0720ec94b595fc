using NestC.IR;

namespace NestC.Passes;

/// <summary>A pass that can be named: its command-line name, and how to make it with its default options.</summary>
public sealed class PassEntry(string argument, Func<Pass> make)
{
    public string Argument { get; } = argument;

    public Pass Make()
    {
        Pass pass = make();
        pass.SetArgument(Argument);
        return pass;
    }
}

/// <summary>A named pipeline: options that a class declares as a pass does, and what it adds.</summary>
/// <param name="argument">The name on the command line and in pipelines.</param>
/// <param name="summary">One sentence.</param>
/// <param name="makeOptions">An object with <see cref="OptionAttribute"/> properties, or null when there are none.</param>
/// <param name="build">Adds the passes.</param>
public sealed class PipelineEntry(string argument, string summary, Func<object>? makeOptions, Action<PassPipeline, object?> build)
{
    public string Argument { get; } = argument;

    public string Summary { get; } = summary;

    public Func<object>? MakeOptions { get; } = makeOptions;

    public Action<PassPipeline, object?> Build { get; } = build;
}

/// <summary>The passes and pipelines that texts may name. Filled by explicit lists; nothing is scanned.</summary>
public sealed class PassRegistry
{
    private readonly Dictionary<string, PassEntry> passes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PipelineEntry> pipelines = new(StringComparer.Ordinal);

    /// <summary>Adds a pass; the name is that of its <see cref="PassAttribute"/> (a test compares), given so that start-up reads no attributes.</summary>
    public PassRegistry Add(string argument, Func<Pass> make)
    {
        passes.Add(argument, new PassEntry(argument, make));
        return this;
    }

    public PassRegistry AddPipeline(PipelineEntry pipeline)
    {
        pipelines.Add(pipeline.Argument, pipeline);
        return this;
    }

    public PassEntry? FindPass(string name) => passes.GetValueOrDefault(name);

    public PipelineEntry? FindPipeline(string name) => pipelines.GetValueOrDefault(name);

    public bool Knows(string name) => passes.ContainsKey(name) || pipelines.ContainsKey(name);

    /// <summary>All passes, sorted by name.</summary>
    public List<PassEntry> Passes()
    {
        List<PassEntry> all = [.. passes.Values];
        all.Sort(static (a, b) => string.CompareOrdinal(a.Argument, b.Argument));
        return all;
    }

    /// <summary>All named pipelines, sorted by name.</summary>
    public List<PipelineEntry> Pipelines()
    {
        List<PipelineEntry> all = [.. pipelines.Values];
        all.Sort(static (a, b) => string.CompareOrdinal(a.Argument, b.Argument));
        return all;
    }

    /// <summary>Names of passes and pipelines, for suggestions.</summary>
    public List<string> Names() => [.. passes.Keys, .. pipelines.Keys];

    /// <summary>Adds what a name stands for, with options in their text form, to a pipeline. An error's text, or null.</summary>
    public string? AddTo(PassPipeline pipeline, string name, string options, out string? help)
    {
        help = null;
        string? error;
        if (FindPipeline(name) is { } named)
        {
            object? values = named.MakeOptions?.Invoke();
            error = PassOptions.Apply(values, options, this, out help);
            if (error is null)
            {
                named.Build(pipeline, values);
                return null;
            }
        }
        else
        {
            Pass pass = FindPass(name)!.Make();
            error = PassOptions.Apply(pass, options, this, out help);
            if (error is null)
            {
                if (pipeline.OpName is { } own && pass.OpName is { } wanted && own != wanted && pipeline.Nesting == PassNesting.Explicit)
                    return $"Can't add pass '{pass.DisplayName}' restricted to '{wanted}' on a PassManager intended to run on '{own}', did you intend to nest?";
                pipeline.Add(pass);
                return null;
            }
        }
        return $"{error}\nfailed to add `{name}` with options `{options}`";
    }
}
