# The users, with the same uid on every host: shared folders know owners by number.
{
  nxc.users = {
    names = [
      "user1"
      "user2"
    ];
    prefixHome = "/users";
  };
  users.users.user1.uid = 1001;
  users.users.user2.uid = 1002;
}
