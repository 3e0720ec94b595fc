using System.Text;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Passes;

/// <summary>What a pass manager does with a pass that is restricted to another operation than its own.</summary>
public enum PassNesting : byte
{
    /// <summary>It is an error.</summary>
    Explicit,

    /// <summary>A pipeline for that operation is nested.</summary>
    Implicit,
}

/// <summary>An item of a pipeline: a pass, or pipelines for nested operations.</summary>
internal abstract class PipelineItem;

internal sealed class PassItem(Pass pass) : PipelineItem
{
    public Pass Pass { get; } = pass;

    public long[] Counts { get; } = new long[pass.Statistics.Length];
}

internal sealed class NestedItem : PipelineItem
{
    public List<PassPipeline> Pipelines { get; } = [];

    /// <summary>The name in reports.</summary>
    public string Name
    {
        get
        {
            StringBuilder text = new("Pipeline Collection : [");
            for (int i = 0; i < Pipelines.Count; i++) text.Append(i > 0 ? ", '" : "'").Append(Pipelines[i].Anchor).Append('\'');
            return text.Append(']').ToString();
        }
    }
}

/// <summary>
/// Passes to run one after the other on operations of one kind, or of any: MLIR's `OpPassManager`. The text form is MLIR's:
/// `builtin.module(func.func(cse,canonicalize{top-down=true}),any(cse))`.
/// </summary>
public sealed class PassPipeline
{
    private bool finished;

    /// <param name="opName">The operation (`builtin.module`), or null for any.</param>
    public PassPipeline(string? opName = null, PassNesting nesting = PassNesting.Explicit)
    {
        OpName = opName == "any" ? null : opName;
        Nesting = nesting;
    }

    public string? OpName { get; }

    public PassNesting Nesting { get; }

    /// <summary>The operation's name, or `any`.</summary>
    public string Anchor => OpName ?? "any";

    internal List<PipelineItem> Items { get; } = [];

    public bool IsEmpty => Items.Count == 0;

    /// <summary>Passes directly in this pipeline; nested pipelines of one place count as one.</summary>
    public int Count => Items.Count;

    /// <summary>Adds a pass.</summary>
    /// <exception cref="PipelineException">It is restricted to another operation, and nesting is explicit.</exception>
    public PassPipeline Add(Pass pass)
    {
        if (OpName is { } own && pass.OpName is { } wanted && own != wanted)
        {
            if (Nesting == PassNesting.Explicit)
                throw new PipelineException($"Can't add pass '{pass.DisplayName}' restricted to '{wanted}' on a PassManager intended to run on '{own}', did you intend to nest?");
            Nest(wanted).Add(pass);
            return this;
        }
        Items.Add(new PassItem(pass));
        return this;
    }

    /// <summary>Adds a pipeline for the operations of a kind directly below, and returns it.</summary>
    public PassPipeline Nest(string opName)
    {
        PassPipeline inner = new(opName, Nesting);
        NestedItem item = new();
        item.Pipelines.Add(inner);
        Items.Add(item);
        return inner;
    }

    /// <summary>Adds a pipeline for all isolated operations directly below, and returns it.</summary>
    public PassPipeline NestAny() => Nest("any");

    /// <summary>Merges pipelines of adjacent nestings, and checks that the passes can run on the operation. An error's text, or null.</summary>
    internal string? Finish(NestContext context)
    {
        if (!finished)
        {
            MergeAdjacent();
            finished = true;
        }
        foreach (PipelineItem item in Items)
        {
            if (item is NestedItem nested)
            {
                foreach (PassPipeline inner in nested.Pipelines)
                    if (inner.Finish(context) is { } error) return error;
                continue;
            }
            Pass pass = ((PassItem)item).Pass;
            if (OpName is { } name && context.OpInfo(name) is { IsRegistered: true } info && !pass.CanScheduleOn(info))
                return $"unable to schedule pass '{pass.DisplayName}' on a PassManager intended to run on '{name}'!";
        }
        return null;
    }

    private void MergeAdjacent()
    {
        NestedItem? last = null;
        int kept = 0;
        for (int i = 0; i < Items.Count; i++)
        {
            if (Items[i] is NestedItem nested)
            {
                if (last is not null && TryMerge(nested, last)) continue;
                last = nested;
            }
            else last = null;
            Items[kept++] = Items[i];
        }
        Items.RemoveRange(kept, Items.Count - kept);
    }

    // A pipeline for any operation may take those that one for a named operation takes; then the order matters, and they stay apart.
    private static bool TryMerge(NestedItem from, NestedItem into)
    {
        bool anyFrom = HasAny(from), anyInto = HasAny(into);
        if (anyFrom != anyInto || (anyFrom && (from.Pipelines.Count > 1 || into.Pipelines.Count > 1))) return false;
        foreach (PassPipeline pipeline in from.Pipelines)
        {
            PassPipeline? same = into.Pipelines.Find(p => p.OpName == pipeline.OpName);
            if (same is null) into.Pipelines.Add(pipeline);
            else same.Items.AddRange(pipeline.Items);
        }
        return true;
    }

    private static bool HasAny(NestedItem item)
    {
        foreach (PassPipeline pipeline in item.Pipelines)
            if (pipeline.OpName is null) return true;
        return false;
    }

    /// <summary>Calls <paramref name="visit"/> for every pass, in order, also in nested pipelines.</summary>
    internal void ForEachPass(Action<PassItem> visit)
    {
        foreach (PipelineItem item in Items)
        {
            if (item is PassItem pass) visit(pass);
            else
                foreach (PassPipeline inner in ((NestedItem)item).Pipelines) inner.ForEachPass(visit);
        }
    }

    /// <summary>The text form, with every option, as `--dump-pass-pipeline` prints it.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Write(text);
        return text.ToString();
    }

    internal void Write(StringBuilder text)
    {
        text.Append(Anchor).Append('(');
        bool first = true;
        foreach (PipelineItem item in Items)
        {
            if (item is PassItem pass)
            {
                if (!first) text.Append(',');
                PassOptions.WritePass(text, pass.Pass);
                first = false;
                continue;
            }
            foreach (PassPipeline inner in ((NestedItem)item).Pipelines)
            {
                if (!first) text.Append(',');
                inner.Write(text);
                first = false;
            }
        }
        text.Append(')');
    }
}

/// <summary>A pipeline was put together wrongly by a program; texts that users write give diagnostics instead.</summary>
public sealed class PipelineException(string message) : InvalidOperationException(message);
