using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Runs a function on inputs and observes its values: inserts a `graph.profile` after each of them, and takes them out again.</summary>
public sealed class Profiler
{
    private readonly FuncOp function;
    private readonly List<(ProfileOp Op, Value Value, Histogram Seen, ChannelProfile? Channels)> observers = [];
    private readonly ValueIds ids;
    private long inputs;

    /// <summary>Inserts the observing operations.</summary>
    /// <param name="function">What will be run.</param>
    /// <param name="bins">Bins of each histogram.</param>
    /// <param name="withMoments">Whether second moments of what products read are observed too.</param>
    public Profiler(FuncOp function, int bins, bool withMoments = false)
    {
        this.function = function;
        ids = new ValueIds(function);
        OpBuilder builder = new(function.Context);
        List<Value> values = [];
        for (int i = 0; i < function.Entry.ArgumentCount; i++) values.Add(function.Entry.ArgumentAt(i));
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
            for (int i = 0; i < op.ResultCount; i++) values.Add(op.Result(i));
        foreach (Value value in values)
        {
            if (!ActivationProfile.IsProfiled(value)) continue;
            string label = ids.Label(value);
            Histogram seen = new(bins);
            ChannelProfile? channels = value.Type is RankedTensorType { Shape: [_, > 0 and <= ChannelProfile.MaxChannels, ..] } type && type.Shape.Length is 2 or 4
                ? new((int)type.Shape[1]) { Moments = withMoments && IsMultiplied(value) ? new((int)type.Shape[1]) : null } : null;
            builder.AtAfter(value);
            ProfileOp op = ProfileOp.Create(builder, value, label);
            op.Observer = array =>
            {
                try
                {
                    seen.Add(array.Read<float>());
                    channels?.Add(array);
                }
                catch (EvaluationException e)
                {
                    throw new EvaluationException($"'{label}': {e.Message}");
                }
                GC.KeepAlive(array);
            };
            observers.Add((op, value, seen, channels));
        }
    }

    private static bool IsMultiplied(Value value)
    {
        foreach (Use use in value.Uses)
            if (use.Index == 0 && use.Owner is ConvOp or GemmOp or MatMulOp) return true;
        return false;
    }

    /// <summary>Observes one run.</summary>
    /// <exception cref="EvaluationException">The function cannot be run, or a value is not finite; the message names it.</exception>
    public NdArray[] Run(ReadOnlySpan<NdArray> arguments)
    {
        inputs++;
        return new ArrayInterpreter().Run(function, arguments);
    }

    /// <summary>Takes the observing operations out, and gives what they saw.</summary>
    public ActivationProfile Finish(string preprocessing)
    {
        ActivationProfile profile = new(ids.ModelText, preprocessing, inputs);
        OpBuilder builder = new(function.Context);
        foreach (var (op, value, seen, channels) in observers)
        {
            builder.Erase(op);
            profile.Add(new ProfileRecord(ids.Label(value), ActivationProfile.StructureText(ids, value), value.DefiningOp?.Name ?? "argument", seen, channels));
        }
        observers.Clear();
        return profile;
    }
}
