using NestC.Analysis;
using NestC.Builtin;
using NestC.Builtin.Cf;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Transforms;

/// <summary>Inlines the calls of one component of the call graph after the other, as upstream's inliner does.</summary>
internal sealed class Inliner(NestContext context, CallGraph graph, InlineUses uses, uint threshold)
{
    private readonly record struct Site(Operation Call, CallGraphNode From, CallGraphNode To, int History);

    private readonly OpBuilder builder = new(context);
    private readonly List<CallGraphNode> dead = [];
    private readonly List<Site> sites = [];

    // For each inlined call: the callee, and the entry of the call that its own call site came from.
    private readonly List<(CallGraphNode Callee, int Parent)> history = [];

    /// <summary>Inlines what can be inlined into the functions of a component. Whether anything was.</summary>
    public bool InlineCalls(List<CallGraphNode> component)
    {
        HashSet<CallGraphNode> gone = [];
        sites.Clear();
        history.Clear();
        foreach (CallGraphNode node in component)
        {
            if (uses.IsDead(node)) gone.Add(node);
            else
                // From the last block to the first, as upstream takes them from the end of its list.
                for (Block? block = node.Body.Last; block is not null; block = block.Previous) Collect(block, node, nested: false, -1);
        }
        bool any = false;
        for (int i = 0; i < sites.Count; i++)
        {
            Site site = sites[i];
            if (gone.Contains(site.From) || CameFrom(site.To, site.History) || !ShouldInline(site)) continue;
            bool inPlace = uses.IsLastUse(site.To);
            int before = sites.Count;
            if (!Inline(site, inPlace, history.Count)) continue;
            any = true;
            if (sites.Count > before) history.Add((site.To, site.History));
            uses.Inlined(site.From, site.To);
            builder.Erase(site.Call);
            if (!inPlace) continue;
            uses.Erase(site.To);
            gone.Add(site.To);
        }
        foreach (CallGraphNode node in gone)
        {
            component.Remove(node);
            dead.Add(node);
        }
        return any;
    }

    /// <summary>Erases the functions that were found dead.</summary>
    public void EraseDead()
    {
        foreach (CallGraphNode node in dead)
            if (node.Body.Parent is { Block: not null } callable) builder.Erase(callable);
    }

    private bool CameFrom(CallGraphNode callee, int entry)
    {
        for (; entry >= 0; entry = history[entry].Parent)
            if (history[entry].Callee == callee) return true;
        return false;
    }

    private void Collect(Block start, CallGraphNode from, bool nested, int entry)
    {
        Stack<(Block Block, CallGraphNode Node)> pending = [];
        pending.Push((start, from));
        while (pending.TryPop(out (Block Block, CallGraphNode Node) at))
        {
            foreach (Operation op in at.Block.Operations)
            {
                if (op is ICall call)
                {
                    if (call.Callee is { Nested.Length: > 0 }) continue;
                    if (graph.Resolve(op) is { } target) sites.Add(new Site(op, at.Node, target, entry));
                    continue;
                }
                foreach (Region region in op.Regions)
                {
                    CallGraphNode? inner = graph.Find(region);
                    if (inner is not null && !nested) continue;
                    foreach (Block block in region.Blocks) pending.Push((block, inner ?? at.Node));
                }
            }
        }
    }

    private bool ShouldInline(Site site)
    {
        Region body = site.To.Body;
        if (site.Call.IsTerminatorLike || site.To.CallsItself || body.IsAncestorOf(site.Call.ParentRegion)) return false;
        if (!body.IsEmpty && !body.HasOneBlock)
        {
            Operation around = site.Call.ParentOp!;
            bool takesBlocks = body.Parent!.Info == around.Info || (around.Info.IsRegistered && !around.Has(OpTraits.SingleBlock));
            if (!takesBlocks) return false;
        }
        if (threshold == uint.MaxValue) return true;
        if (threshold == 0) return false;
        long callee = Count(body), caller = Count(site.From.Body);
        return caller > 0 && callee * 100 / caller <= threshold;
    }

    private static long Count(Region region)
    {
        long count = 0;
        foreach (Block block in region.Blocks)
            foreach (Operation op in block.Operations)
                op.Walk(_ =>
                {
                    count++;
                    return WalkResult.Advance;
                });
        return count;
    }

    private bool Inline(Site site, bool inPlace, int entry)
    {
        Operation call = site.Call;
        Region body = site.To.Body;
        if (body.First is not { } start) return false;
        OperandRange arguments = ((ICall)call).Arguments;
        FunctionType type = ((ICallable)site.To.Callable).CallableType;
        if (arguments.Count != start.ArgumentCount || call.ResultCount != type.Results.Length) return false;
        for (int i = 0; i < arguments.Count; i++)
            if (arguments[i].Type != start.ArgumentAt(i).Type) return false;
        for (int i = 0; i < call.ResultCount; i++)
            if (call.Result(i).Type != type.Results[i]) return false;
        if (call.ParentOp is { Info.IsRegistered: false } || !IsLegal(body)) return false;

        Block block = call.Block!;
        Region region = block.Parent!;
        Block tail = builder.SplitBlock(block, call.Next);
        if (inPlace)
        {
            for (int i = 0; i < arguments.Count; i++) builder.ReplaceAllUses(start.ArgumentAt(i), arguments[i]);
            builder.InlineRegion(body, region, tail);
        }
        else
        {
            Cloner cloner = new(builder);
            for (int i = 0; i < arguments.Count; i++) cloner.Map(start.ArgumentAt(i), arguments[i]);
            cloner.CloneInto(body, region, tail);
            Block copy = block.Next!;
            for (int i = 0; i < arguments.Count; i++) builder.ReplaceAllUses(copy.ArgumentAt(i), arguments[i]);
        }
        SetCallSites(block.Next!, tail, call.Location);
        for (Block at = tail.Previous!; at != block; at = at.Previous!) Collect(at, site.From, nested: true, entry);
        Join(call, block, tail);
        return true;
    }

    // As upstream, whose builtin dialect (casts, modules) says nothing about inlining.
    private static bool IsLegal(Region region)
    {
        if (DeepStack.IsShort) return DeepStack.Run(region, static r => IsLegal(r));
        foreach (Block block in region.Blocks)
            foreach (Operation op in block.Operations)
            {
                if (!op.Info.IsRegistered || op.Info.Dialect is BuiltinDialect) return false;
                foreach (Region inner in op.Regions)
                    if (!IsLegal(inner)) return false;
            }
        return true;
    }

    private void SetCallSites(Block first, Block end, Location caller)
    {
        if (caller.IsUnknown) return;
        LocationAttr from = context.Resolve(caller);
        for (Block block = first; block != end; block = block.Next!)
            foreach (Operation op in block.Operations)
                op.Walk(inner =>
                {
                    builder.SetLocation(inner, context.Handle(CallSiteLoc.Get(context.Resolve(inner.Location), from)));
                    return WalkResult.Advance;
                });
    }

    // The blocks between `block` and `tail` were inlined: returns hand their operands to what follows the call.
    private void Join(Operation call, Block block, Block tail)
    {
        Block first = block.Next!;
        if (first.Next == tail)
        {
            Operation end = first.Last!;
            for (int i = 0; i < call.ResultCount; i++) builder.ReplaceAllUses(call.Result(i), end.Operand(i));
            builder.Erase(end);
            Splice(tail, first);
        }
        else
        {
            for (int i = 0; i < call.ResultCount; i++)
                builder.ReplaceAllUses(call.Result(i), tail.AddArgument(call.Result(i).Type, call.Location));
            for (Block at = first; at != tail; at = at.Next!)
            {
                if (at.Last is not { } end || !end.Has(OpTraits.ReturnLike)) continue;
                builder.AtBefore(end);
                BranchOp.Create(builder, end.Operands.ToArray(), tail);
                builder.Erase(end);
            }
        }
        Splice(first, block);
    }

    private void Splice(Block from, Block to)
    {
        while (from.First is { } op) builder.MoveToEnd(op, to);
        builder.EraseBlock(from);
    }
}
