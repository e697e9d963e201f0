"""Reports that come in by themselves, by mail or SMS (D07-7.2): signed posts of a gateway, and mailboxes that a job reads.

signing     whether a post is the gateway's own
mails       a mail → who sent it, when, and what they wrote
mailbox     what is new in a mailbox, over IMAP
receiving   one message: kept, its sender found, its lines registered; once, whatever happens in between
handling    what people do about a message: assign it, put its lines right, close it
sources     gateways and mailboxes: opened, tried, closed
jobs        reading the mailboxes
"""
