"""Where is a stream in its walk, and how does STATE store it?"""
