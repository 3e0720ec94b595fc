namespace NestC.Support;

/// <summary>
/// Lets a recursion over nested regions go on when the stack of the thread runs short: ask <see cref="IsShort"/> at the start of
/// the method, and call it again through <see cref="Run{T}(T, Func{T, bool})"/> when it is.
/// </summary>
public static class DeepStack
{
    public static bool IsShort => Syntax.AsmParser.StackIsShort;

    /// <summary>Runs a step on a thread with a new stack and returns what it returns. <paramref name="step"/> captures nothing, so that the usual path allocates nothing.</summary>
    public static bool Run<T>(T state, Func<T, bool> step) => Syntax.AsmParser.OnFreshStack(() => step(state));

    /// <inheritdoc cref="Run{T}(T, Func{T, bool})"/>
    public static void Run<T>(T state, Action<T> step) => Syntax.AsmParser.OnFreshStack(() =>
    {
        step(state);
        return true;
    });
}
