using System.Reflection;
using NestC.IR;

namespace NestC.Passes;

/// <summary>A statistic that a pass counts: its name and what it says, as `--mlir-pass-statistics` prints them.</summary>
public readonly record struct StatisticInfo(string Name, string Description);

/// <summary>
/// A transformation or analysis that runs on one operation at a time and touches nothing outside of it. A pass is immutable
/// after construction, so that one instance serves many operations at once; options are `init` properties with <see cref="OptionAttribute"/>.
/// </summary>
public abstract class Pass
{
    private string? argument;

    /// <summary>The name on the command line and in pipelines (`cse`).</summary>
    public string Argument => argument ??= OwnAttribute(GetType()).Name;

    /// <summary>The name in reports (`CSE`): the class's without `Pass`, unless overridden.</summary>
    public virtual string DisplayName
    {
        get
        {
            string name = GetType().Name;
            return name.EndsWith("Pass", StringComparison.Ordinal) ? name[..^4] : name;
        }
    }

    /// <summary>The operation that the pass is restricted to (`func.func`), or null: any isolated operation.</summary>
    public virtual string? OpName => null;

    /// <summary>Whether the pass can run on operations of a kind.</summary>
    public virtual bool CanScheduleOn(OpInfo op) => true;

    /// <summary>Names of the dialects whose operations the pass may make; they are loaded before the pipeline runs.</summary>
    public virtual ReadOnlySpan<string> DependentDialects => default;

    /// <summary>Whether the pass writes a report (<see cref="PassContext.Report"/>): it then runs on one operation after the other.</summary>
    public virtual bool Reports => false;

    /// <summary>Whether the pass makes something near of what was there, as quantization does: a difference is then told, and is no error of the check of meaning.</summary>
    public virtual bool Approximates => false;

    /// <summary>What the pass counts; <see cref="PassContext.AddStatistic"/> takes the index.</summary>
    public virtual ReadOnlySpan<StatisticInfo> Statistics => default;

    /// <summary>Does the work on an operation.</summary>
    protected abstract void Run(Operation op, PassContext ctx);

    internal void Invoke(Operation op, PassContext ctx) => Run(op, ctx);

    internal void SetArgument(string name) => argument = name;

    internal static PassAttribute OwnAttribute(Type type) =>
        type.GetCustomAttribute<PassAttribute>() ?? throw new InvalidOperationException($"{type.Name} lacks [Pass]");
}

/// <summary>A pass over operations of one class, or of those that implement an interface.</summary>
public abstract class Pass<TOp> : Pass where TOp : class
{
    private static string? opName;

    public sealed override string? OpName => opName ??= typeof(TOp).GetCustomAttribute<OpAttribute>()?.Name;

    public override bool CanScheduleOn(OpInfo op) => op.Definition is { } definition && (OpName is { } name ? definition.Name == name : definition.New() is TOp);

    protected abstract void Run(TOp op, PassContext ctx);

    protected sealed override void Run(Operation op, PassContext ctx) => Run((TOp)(object)op, ctx);
}
